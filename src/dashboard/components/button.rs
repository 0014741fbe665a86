//! Buttons, and links that look like them. A button that cannot be used stays and says why.

use leptos::prelude::*;

use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// The page's one main act.
    Primary,
    #[default]
    Plain,
    /// Destroys something.
    Danger,
    /// Without a border, for menus and toolbars.
    Quiet,
}

impl Look {
    /// The CSS classes.
    pub fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn primary",
            Self::Plain => "btn",
            Self::Danger => "btn danger",
            Self::Quiet => "btn quiet",
        }
    }
}

/// Submits the form that it is in. With `why_not` it stays focusable, does nothing, and says why.
#[component]
pub fn Submit(
    #[prop(into)] label: String,
    #[prop(default = Look::Plain)] look: Look,
    #[prop(optional)] icon: Option<Picture>,
    /// For forms with several buttons.
    #[prop(optional)]
    name: Option<&'static str>,
    #[prop(optional, into)] value: Option<String>,
    /// The action is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be used now.
    #[prop(default = None, into)]
    why_not: Option<String>,
) -> impl IntoView {
    let picture = icon.map(|picture| view! { <Icon picture /> });
    match why_not {
        Some(why) => view! {
            <button type="button" class=format!("{} off", look.class()) aria-disabled="true">
                {picture}
                <span>{label}</span>
                <span class="why" role="tooltip">{why}</span>
            </button>
        }
        .into_any(),
        None => view! {
            <button type="submit" class=look.class() name=name value=value aria-busy=move || busy.get().then_some("true")>
                {picture}
                <span>{label}</span>
                <span class="sr">{move || busy.get().then(|| tr!(common.working))}</span>
            </button>
        }
        .into_any(),
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    #[prop(into)] href: String,
    #[prop(into)] label: String,
    #[prop(default = Look::Plain)] look: Look,
    #[prop(optional)] icon: Option<Picture>,
    /// Why it cannot be used now.
    #[prop(default = None, into)]
    why_not: Option<String>,
) -> impl IntoView {
    let picture = icon.map(|picture| view! { <Icon picture /> });
    match why_not {
        Some(why) => view! {
            <button type="button" class=format!("{} off", look.class()) aria-disabled="true">
                {picture}
                <span>{label}</span>
                <span class="why" role="tooltip">{why}</span>
            </button>
        }
        .into_any(),
        None => view! { <a class=look.class() href=href>{picture}<span>{label}</span></a> }.into_any(),
    }
}
