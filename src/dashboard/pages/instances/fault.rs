//! Why an instance failed, and what can be done about it.

use leptos::prelude::*;

use super::funnel::Funnel;
use crate::dashboard::components::ErrorCard;
use crate::model::instance::Fault;
use crate::model::scheduling::Decision;
use crate::model::{Error, Reason};

/// Cause, evidence, remedy; and, where no host was found, what each filter said.
#[component]
pub fn FaultCard(fault: Fault, decision: Option<Decision>) -> impl IntoView {
    let error = Error::from(fault.reason).with_request_id(&fault.request_id);
    view! {
        <ErrorCard error />
        {decision.map(|decision| view! { <Funnel decision open=true /> })}
    }
}

/// Whether it was the scheduler that found no place.
pub fn found_no_host(fault: &Fault) -> bool {
    matches!(fault.reason, Reason::NoValidHost { .. })
}
