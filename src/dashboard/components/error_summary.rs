//! Why a form was refused, above the form; takes the focus when it appears.

use leptos::html::Div;
use leptos::prelude::*;

use super::copy::CopyButton;
use super::field::Refused;
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::Error;

/// The refusal in words, with a link to the field at fault.
#[component]
pub fn ErrorSummary(
    #[prop(into)] refused: Refused,
    /// As given to the form's fields.
    #[prop(optional)]
    scope: &'static str,
) -> impl IntoView {
    let summary = NodeRef::<Div>::new();
    Effect::new(move |_| {
        if let (true, Some(summary)) = (refused.with(Option::is_some), summary.get()) {
            // Something that cannot take the focus is still read out, being an alert.
            let _ = summary.focus();
        }
    });
    move || {
        refused.get().map(|error| view! { <div class="card error" role="alert" tabindex="-1" node_ref=summary>{content(error, scope)}</div> })
    }
}

fn content(error: Error, scope: &'static str) -> impl IntoView {
    let explanation = explain(&error.reason);
    let cause = match &error.field {
        Some(field) => view! { <a href=format!("#{scope}{field}")>{explanation.cause}</a> }.into_any(),
        None => explanation.cause.into_any(),
    };
    view! {
        <div>
            <p class="cause">{tr!(common.form_errors)} " " {cause}</p>
            {explanation.evidence.map(|evidence| view! { <pre class="evidence">{evidence}</pre> })}
            {explanation.remedy.map(|remedy| view! { <p class="remedy">{remedy}</p> })}
            {error.request_id.map(|id| view! {
                <p class="request">{tr!(common.request_id)} " " <code>{id.clone()}</code> <CopyButton text=id what=tr!(common.request_id) /></p>
            })}
        </div>
    }
}
