//! A form that stays out of the way until somebody wants it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;

use super::field::Refused;
use super::icon::{Icon, Picture};
use crate::model::Error;

/// How often an action succeeded, so that its form can start afresh.
pub fn successes<S>(action: ServerAction<S>) -> Signal<usize>
where
    S: ServerFn<Error = Error> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
{
    let value = action.value();
    let count = Memo::new(move |before: Option<&usize>| {
        let succeeded = value.with(|value| matches!(value, Some(Ok(_))));
        before.copied().unwrap_or_default() + usize::from(succeeded)
    });
    count.into()
}

/// A button that unfolds a form; the browser does the unfolding. Open from the start after a refusal, and closed and
/// empty again after each success.
#[component]
pub fn Disclosure(
    #[prop(into)] label: String,
    #[prop(default = Picture::Plus)] icon: Picture,
    /// Why the form's last try was refused.
    #[prop(into)]
    refused: Refused,
    /// Grows with each success.
    #[prop(into)]
    done: Signal<usize>,
    /// Open from the start, because the page's address asks for it.
    #[prop(optional)]
    asked: bool,
    /// Why this person cannot use the form; then there is only the disabled button.
    #[prop(default = None, into)]
    why_not: Option<String>,
    children: ChildrenFn,
) -> impl IntoView {
    if let Some(why) = why_not {
        return view! {
            <div class="disclosure">
                <button type="button" class="btn off" aria-disabled="true">
                    <Icon picture=icon />
                    <span>{label}</span>
                    <span class="why" role="tooltip">{why}</span>
                </button>
            </div>
        }
        .into_any();
    }
    let children = StoredValue::new(children);
    let before = done.get_untracked();
    let form = move || {
        let fresh = done.get() == before;
        let (label, open) = (label.clone(), refused.with_untracked(Option::is_some) || (asked && fresh));
        view! {
            <details class="disclosure" open=open>
                <summary class="btn"><Icon picture=icon /><span>{label}</span></summary>
                <div class="card">{children.with_value(|children| children())}</div>
            </details>
        }
    };
    form.into_any()
}
