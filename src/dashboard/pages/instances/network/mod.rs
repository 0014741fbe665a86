//! The tab of an instance's page that shows where it is plugged in.

mod attach;
mod floating;
mod table;

use leptos::prelude::*;

use self::attach::Attach as AttachForm;
use self::floating::Associate as AssociateForm;
use self::table::Nics;
use super::shown::{OfTab, Shown};
use super::verbs::why_no_nics;
use crate::dashboard::api::floating_ips::{Associate, Disassociate, FloatingChoices, floating_choices};
use crate::dashboard::api::interfaces::{Attach, Detach, Interfaces, interfaces, page};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Noun, Result};

type Loaded = OfTab<Result<Interfaces>>;
type Choices = OfTab<Result<FloatingChoices>>;

/// Everything that the tab can do.
#[derive(Clone, Copy)]
struct Actions {
    attach: ServerAction<Attach>,
    detach: ServerAction<Detach>,
    associate: ServerAction<Associate>,
    disassociate: ServerAction<Disassociate>,
}

/// What the tab shows and does.
#[derive(Clone, Copy)]
pub struct Plugged {
    actions: Actions,
    loaded: Loaded,
    choices: Choices,
}

impl Plugged {
    /// Loads what the tab shows.
    pub fn load(shown: Shown) -> Self {
        let live = use_live();
        let actions = Actions {
            attach: ServerAction::new(),
            detach: ServerAction::new(),
            associate: ServerAction::new(),
            disassociate: ServerAction::new(),
        };
        let news = [Noun::Port, Noun::FloatingIp, Noun::Router, Noun::SecurityGroup].map(|noun| live.any(noun));
        let changes = move || {
            let nics = actions.attach.version().get() + actions.detach.version().get();
            let floating = actions.associate.version().get() + actions.disassociate.version().get();
            news.iter().map(Signal::get).sum::<u32>() as usize + nics + floating
        };
        let loaded = shown.on("network", changes, interfaces);
        let choices = shown.on("network", changes, |_| floating_choices());
        Self { actions, loaded, choices }
    }
}

/// The NICs in their order, and the forms that bring more, take them away and lead floating IPs to them.
#[component]
pub fn NetworkTab(instance: Resource<Result<Instance>>, plugged: Plugged) -> impl IntoView {
    let Plugged { actions, loaded, .. } = plugged;
    let session = use_session();
    view! {
        <ErrorSummary refused=refused(actions.detach) />
        <ErrorSummary refused=refused(actions.disassociate) />
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                let may = May::of(&instance.await.ok()?, no_write);
                loaded.await.map(|loaded| match loaded {
                    Ok(known) => view! { <Nics known actions may /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                })
            })}
        </Transition>
        <Transition><Forms instance plugged /></Transition>
    }
}

/// What brings more. Within a `Transition`, whose server waits for what is read here.
#[component]
fn Forms(instance: Resource<Result<Instance>>, plugged: Plugged) -> impl IntoView {
    let Plugged { actions, loaded, choices } = plugged;
    let session = use_session();
    // News that change none of this leave open forms alone.
    let may = Memo::new(move |_| Some(May::of(&instance.get()?.ok()?, session.known_no_write()?)));
    view! {
        <div class="disclosures">
            <AttachForm may loaded action=actions.attach />
            <AssociateForm may loaded choices action=actions.associate />
        </div>
    }
}

/// What can be done with the instance's NICs; each with the reason where it cannot.
#[derive(Debug, Clone, PartialEq)]
struct May {
    id: InstanceId,
    no_attach: Option<String>,
    no_detach: Option<String>,
    no_write: Option<String>,
}

impl May {
    fn of(instance: &Instance, no_write: Option<String>) -> Self {
        Self {
            id: instance.id.clone(),
            no_attach: why_no_nics("attach_interface", instance, no_write.clone()),
            no_detach: why_no_nics("detach_interface", instance, no_write.clone()),
            no_write,
        }
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
