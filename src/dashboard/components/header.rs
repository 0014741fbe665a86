//! The top of a page: where one is, what it is, what can be done.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::dashboard::i18n::tr;

/// A step on the way to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    pub href: String,
}

impl Crumb {
    /// A link on the way.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// Breadcrumbs, heading and the page's main buttons. Also sets the window's title. The heading takes the focus when
/// one comes from another page.
#[component]
pub fn PageHeader(
    #[prop(into)] title: String,
    /// The pages above this one.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Beside the heading, such as a badge.
    #[prop(optional, into)]
    beside: ViewFn,
    /// The page's buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let way =
        crumbs.into_iter().map(|crumb| view! { <li><a href=crumb.href>{crumb.label}</a></li> }).collect::<Vec<_>>();
    view! {
        <Title text=title.clone() />
        <header class="page-header">
            {(!way.is_empty()).then(|| view! { <nav aria-label=tr!(common.breadcrumbs)><ol class="crumbs">{way}</ol></nav> })}
            <div class="page-title">
                <h1 id="page-title" tabindex="-1">{title}</h1>
                {beside.run()}
                <div class="page-actions">{children.map(|children| children())}</div>
            </div>
        </header>
    }
}
