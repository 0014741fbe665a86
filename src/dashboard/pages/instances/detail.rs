//! One instance: what it is, how it came to be, its screen and its log.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::actions::Actions;
use super::content::Content;
use super::fault::{FaultCard, found_no_host};
use super::parts::Parts;
use crate::dashboard::components::{Crumb, ErrorCard, ErrorSummary, PageHeader, StatusBadge, Tab, Tabs, refused};
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;
use crate::model::InstanceId;
use crate::model::image::Image;
use crate::model::instance::Instance;
use crate::model::scheduling::Decision;

/// The page of `/instances/:id`; the tab is in the address.
#[component]
pub fn InstancePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| InstanceId(params.with(|params| params.get("id").unwrap_or_default())));
    let (session, parts) = (use_session(), Parts::load(id));
    // Head and content apart: news of the instance must not close what somebody has open in the content.
    view! {
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                let images = parts.images.await.unwrap_or_default();
                let decision = parts.decision.await.ok().flatten();
                match parts.instance.await {
                    Ok(instance) => view! { <Head instance images decision parts no_write /> }.into_any(),
                    Err(error) => view! {
                        <PageHeader title=tr!(instances.one) crumbs=way() />
                        <ErrorCard error />
                    }
                    .into_any(),
                }
            })}
        </Transition>
        <Content parts />
    }
}

fn way() -> Vec<Crumb> {
    vec![Crumb::new(tr!(instances.title), "/instances")]
}

/// Name, state, verbs, what went wrong, and the tabs.
#[component]
fn Head(
    instance: Instance,
    images: Vec<Image>,
    decision: Option<Decision>,
    parts: Parts,
    no_write: Option<String>,
) -> impl IntoView {
    let Parts { act, rename, image, .. } = parts;
    let (status, task, progress) = (instance.status(), instance.task_state, instance.progress);
    let tabs = vec![
        Tab::new("", tr!(instances.overview)),
        Tab::new("network", tr!(instances.network)),
        Tab::new("volumes", tr!(volumes.in_instance)),
        Tab::new("timeline", tr!(steps.title)),
        Tab::new("console", tr!(instances.console)),
        Tab::new("log", tr!(instances.log)),
    ];
    let (name, fault) = (instance.name.clone(), instance.fault.clone());
    let fault = fault.map(|fault| {
        let decision = decision.filter(|_| found_no_host(&fault));
        view! { <FaultCard fault decision /> }
    });
    view! {
        <PageHeader
            title=name.clone()
            crumbs=way()
            beside=move || view! { <StatusBadge status task progress /> }
        >
            <Actions instance act rename image images no_write />
        </PageHeader>
        <ErrorSummary refused=refused(act) />
        <ErrorSummary refused=refused(rename) />
        <ErrorSummary refused=refused(image) />
        {fault}
        <Tabs label=name tabs />
    }
}
