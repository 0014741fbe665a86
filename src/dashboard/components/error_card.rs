//! What went wrong: cause, evidence, remedy, and the request id to quote.

use leptos::prelude::*;

use super::copy::CopyButton;
use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;
use crate::dashboard::reason::explain;
use crate::model::Error;

/// A whole failure in a card.
#[component]
pub fn ErrorCard(#[prop(into)] error: Error) -> impl IntoView {
    let explanation = explain(&error.reason);
    view! {
        <section class="card error" role="alert">
            <Icon picture=Picture::Warning />
            <div>
                <p class="cause">{explanation.cause}</p>
                {explanation.evidence.map(|evidence| view! { <pre class="evidence">{evidence}</pre> })}
                {explanation.remedy.map(|remedy| view! { <p class="remedy">{remedy}</p> })}
                {error.request_id.map(|id| view! { <RequestId id /> })}
            </div>
        </section>
    }
}

/// The id under which the server's log has more.
#[component]
fn RequestId(id: String) -> impl IntoView {
    view! {
        <p class="request">
            {tr!(common.request_id)} " " <code>{id.clone()}</code> <CopyButton text=id what=tr!(common.request_id) />
        </p>
    }
}
