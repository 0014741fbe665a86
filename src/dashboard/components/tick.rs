//! A box to tick.

use leptos::prelude::*;

/// A tick box with its label beside it; sends `value` when ticked, and nothing when not.
#[component]
pub fn TickField(
    name: &'static str,
    #[prop(into)] label: String,
    #[prop(default = "true".into(), into)] value: String,
    #[prop(optional)] checked: bool,
    #[prop(default = None, into)] help: Option<String>,
    #[prop(default = None, into)] why_not: Option<String>,
    /// Follows the box.
    #[prop(optional)]
    ticked: Option<RwSignal<bool>>,
) -> impl IntoView {
    let follow = move |now: bool| {
        if let Some(ticked) = ticked {
            ticked.set(now);
        }
    };
    let off = why_not.is_some();
    view! {
        <div class="tick">
            <label>
                <input
                    type="checkbox"
                    name=name
                    value=value
                    checked=checked
                    disabled=off
                    on:change:target=move |event| follow(event.target().checked())
                />
                <span>{label}</span>
            </label>
            {help.or(why_not).map(|text| view! { <p class="help">{text}</p> })}
        </div>
    }
}
