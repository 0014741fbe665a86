//! A menu behind a button. The browser opens and closes it, with or without script.

use leptos::prelude::*;

use super::icon::{Icon, Picture};

/// A button that opens a small panel of links and buttons.
#[component]
pub fn Menu(
    /// Unique on the page.
    #[prop(into)]
    id: String,
    /// What the menu holds, for screen readers where the button shows an icon alone.
    #[prop(into)]
    label: String,
    #[prop(default = Picture::More)] picture: Picture,
    /// Shows the label too.
    #[prop(optional)]
    wide: bool,
    children: Children,
) -> impl IntoView {
    let opens = id.clone();
    let (class, words) = if wide { ("btn quiet", "") } else { ("btn quiet icon", "sr") };
    view! {
        <button type="button" class=class popovertarget=opens>
            <Icon picture />
            <span class=words>{label}</span>
        </button>
        <div popover="auto" id=id class="menu">{children()}</div>
    }
}
