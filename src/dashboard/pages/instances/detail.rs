//! One instance: what it is, how it came to be, its screen and its log.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::actions::Actions;
use super::facts::Facts;
use super::fault::FaultCard;
use super::log::Log;
use super::network::NetworkTab;
use super::timeline::Timeline;
use crate::dashboard::api::instances::{Act, Rename, instance};
use crate::dashboard::components::query::param;
use crate::dashboard::components::{Crumb, ErrorCard, ErrorSummary, PageHeader, StatusBadge, Tab, Tabs, refused};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::console::Screen;
use crate::dashboard::session::use_session;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Noun};

/// The page of `/instances/:id`; the tab is in the address.
#[component]
pub fn InstancePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| InstanceId(params.with(|params| params.get("id").unwrap_or_default())));
    let (live, session) = (use_live(), use_session());
    let news = move || live.one(Noun::Instance, id.get().as_str()).get();
    let act = ServerAction::<Act>::new();
    let rename = ServerAction::<Rename>::new();
    let found = Resource::new(move || (id.get(), news(), rename.version().get()), |(id, ..)| instance(id));
    view! {
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                let no_write = session.me.await.ok().filter(|me| !me.can_write).map(|_| tr!(common.needs_member).to_owned());
                match found.await {
                    Ok(instance) => view! { <Whole instance act rename no_write /> }.into_any(),
                    Err(error) => view! {
                        <PageHeader title=tr!(instances.one) crumbs=way() />
                        <ErrorCard error />
                    }
                    .into_any(),
                }
            })}
        </Transition>
    }
}

fn way() -> Vec<Crumb> {
    vec![Crumb::new(tr!(instances.title), "/instances")]
}

#[component]
fn Whole(
    instance: Instance,
    act: ServerAction<Act>,
    rename: ServerAction<Rename>,
    no_write: Option<String>,
) -> impl IntoView {
    let tab = param("tab");
    let (status, task) = (instance.status(), instance.task_state);
    let tabs = vec![
        Tab::new("", tr!(instances.overview)),
        Tab::new("network", tr!(instances.network)),
        Tab::new("timeline", tr!(steps.title)),
        Tab::new("console", tr!(instances.console)),
        Tab::new("log", tr!(instances.log)),
    ];
    let (shown, may) = (instance.clone(), no_write.clone());
    let content = move || {
        let instance = shown.clone();
        match tab.get().as_str() {
            "network" => view! { <NetworkTab instance no_write=may.clone() /> }.into_any(),
            "timeline" => view! { <Timeline instance /> }.into_any(),
            "console" => view! { <Screen instance act no_write=may.clone() /> }.into_any(),
            "log" => view! { <Log instance /> }.into_any(),
            _ => view! { <Facts instance /> }.into_any(),
        }
    };
    let (name, fault) = (instance.name.clone(), instance.fault.clone());
    let fault = fault.map(|fault| view! { <FaultCard fault id=instance.id.clone() /> });
    view! {
        <PageHeader
            title=name.clone()
            crumbs=way()
            beside=move || view! { <StatusBadge status task /> }
        >
            <Actions instance act rename no_write />
        </PageHeader>
        <ErrorSummary refused=refused(act) />
        <ErrorSummary refused=refused(rename) />
        {fault}
        <Tabs label=name tabs />
        {content}
    }
}
