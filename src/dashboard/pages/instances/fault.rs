//! Why an instance failed, and what can be done about it.

use leptos::prelude::*;

use super::funnel::Funnel;
use crate::dashboard::api::instances::decision;
use crate::dashboard::components::ErrorCard;
use crate::model::instance::Fault;
use crate::model::{Error, InstanceId, Reason};

/// Cause, evidence, remedy; and, where no host was found, what each filter said.
#[component]
pub fn FaultCard(fault: Fault, id: InstanceId) -> impl IntoView {
    let no_host = matches!(fault.reason, Reason::NoValidHost { .. });
    let error = Error::from(fault.reason).with_request_id(&fault.request_id);
    let decided = no_host.then(|| Resource::new(move || id.clone(), decision));
    view! {
        <ErrorCard error />
        {decided.map(|decided| view! {
            <Transition>
                {move || Suspend::new(async move { decided.await.ok().flatten().map(|decision| view! { <Funnel decision open=true /> }) })}
            </Transition>
        })}
    }
}
