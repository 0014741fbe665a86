//! The tab of an instance's page that shows where it is plugged in.

mod attach;
mod floating;
mod table;

use leptos::prelude::*;

use self::attach::Attach as AttachForm;
use self::floating::Associate as AssociateForm;
use self::table::Nics;
use super::verbs::why_no_nics;
use crate::dashboard::api::floating_ips::{Associate, Disassociate, floating_choices};
use crate::dashboard::api::interfaces::{Attach, Detach, Interfaces, interfaces, page};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Noun, Result};

type Loaded = Resource<Result<Interfaces>>;

/// Everything that the tab can do.
#[derive(Clone, Copy)]
struct Actions {
    attach: ServerAction<Attach>,
    detach: ServerAction<Detach>,
    associate: ServerAction<Associate>,
    disassociate: ServerAction<Disassociate>,
}

/// The NICs in their order, and the forms that bring more, take them away and lead floating IPs to them.
#[component]
pub fn NetworkTab(instance: Instance, no_write: Option<String>) -> impl IntoView {
    let live = use_live();
    let actions = Actions {
        attach: ServerAction::new(),
        detach: ServerAction::new(),
        associate: ServerAction::new(),
        disassociate: ServerAction::new(),
    };
    let news = [Noun::Port, Noun::FloatingIp, Noun::Router, Noun::SecurityGroup].map(|noun| live.any(noun));
    let changes = move || {
        let heard: u32 = news.iter().map(Signal::get).sum();
        let nics = actions.attach.version().get() + actions.detach.version().get();
        (heard, nics + actions.associate.version().get() + actions.disassociate.version().get())
    };
    let id = StoredValue::new(instance.id.clone());
    let loaded: Loaded = Resource::new(changes, move |_| interfaces(id.get_value()));
    let choices = Resource::new(changes, |_| floating_choices());
    let no_attach = why_no_nics("attach_interface", &instance, no_write.clone());
    let no_detach = why_no_nics("detach_interface", &instance, no_write.clone());
    let may_write = no_write.clone();
    view! {
        <ErrorSummary refused=refused(actions.detach) />
        <ErrorSummary refused=refused(actions.disassociate) />
        <Transition>
            {move || {
                let (no_detach, no_write) = (no_detach.clone(), may_write.clone());
                Suspend::new(async move {
                    match loaded.await {
                        Ok(known) => view! { <Nics id=id.get_value() known actions no_detach no_write /> }.into_any(),
                        Err(error) => view! { <ErrorCard error /> }.into_any(),
                    }
                })
            }}
        </Transition>
        <Transition>
            <div class="disclosures">
                <AttachForm id=id.get_value() loaded action=actions.attach why_not=no_attach />
                <AssociateForm id=id.get_value() loaded choices action=actions.associate why_not=no_write />
            </div>
        </Transition>
    }
}

/// The ways to this tab in an instance's menu.
#[component]
pub fn NetworkLinks(instance_id: InstanceId) -> impl IntoView {
    let href = page(&instance_id);
    view! {
        <a class="btn quiet" href=href.clone()>{tr!(instances.attach)}</a>
        <a class="btn quiet" href=href>{tr!(floating_ips.associate_instance)}</a>
    }
}
