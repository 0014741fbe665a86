//! When a step happened within the launch, as a bar.

use leptos::prelude::*;

/// A bar at an offset and with a length from 0 to 1 of the whole.
#[component]
pub fn Bar(offset: f64, length: f64, #[prop(optional)] failed: bool) -> impl IntoView {
    // The shortest step is still seen.
    let width = (length * 100.0).max(1.5);
    let x = (offset * 100.0).min(100.0 - width);
    view! {
        <svg class="bar" class:failed=failed viewBox="0 0 100 6" preserveAspectRatio="none" width="100%" height="6" aria-hidden="true">
            <rect class="track" width="100" height="6" />
            <rect class="span" x=x width=width height="6" />
        </svg>
    }
}
