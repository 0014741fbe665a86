//! A list without rows says which kind of empty it is.

use leptos::prelude::*;

use super::button::{ButtonLink, Look};
use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;

/// Why there is nothing to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Empty {
    /// Nothing was made yet: what it is for, and the link that makes the first one.
    Nothing { title: String, text: String, action: Option<(String, String)> },
    /// The filters leave nothing; the address without them.
    NoMatch { clear: String },
    /// The role may not see it; who can help.
    NotAllowed { text: String },
}

/// Stands where the table would.
#[component]
pub fn EmptyState(kind: Empty, #[prop(default = Picture::Instance)] picture: Picture) -> impl IntoView {
    let (title, text, action) = match kind {
        Empty::Nothing { title, text, action } => (title, text, action),
        Empty::NoMatch { clear } => (
            tr!(common.nothing_matches).to_owned(),
            tr!(common.nothing_matches_text).to_owned(),
            Some((clear, tr!(common.clear_filters).to_owned())),
        ),
        Empty::NotAllowed { text } => (tr!(common.not_allowed).to_owned(), text, None),
    };
    view! {
        <div class="empty">
            <Icon picture size=24 />
            <h2>{title}</h2>
            <p>{text}</p>
            {action.map(|(href, label)| view! { <ButtonLink href label look=Look::Primary /> })}
        </div>
    }
}
