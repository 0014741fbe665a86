//! The tab of an instance's page that shows its volumes.

mod attach;
mod table;

use leptos::prelude::*;

use self::attach::Attach as AttachForm;
use self::table::Volumes;
use super::shown::{OfTab, Shown};
use super::verbs::why_no_nics;
use crate::dashboard::api::volume_attachments::{AttachVolume, DetachVolume, InstanceVolumes, instance_volumes, tab};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Noun, Result};

type Loaded = OfTab<Result<InstanceVolumes>>;

/// What the tab shows and does.
#[derive(Clone, Copy)]
pub struct Attached {
    attach: ServerAction<AttachVolume>,
    detach: ServerAction<DetachVolume>,
    loaded: Loaded,
}

impl Attached {
    /// Loads what the tab shows.
    pub fn load(shown: Shown) -> Self {
        let live = use_live();
        let (attach, detach) = (ServerAction::<AttachVolume>::new(), ServerAction::<DetachVolume>::new());
        let news = [Noun::Volume, Noun::Instance].map(|noun| live.any(noun));
        let changes = move || {
            let heard = news.iter().map(Signal::get).sum::<u32>() as usize;
            heard + attach.version().get() + detach.version().get()
        };
        Self { attach, detach, loaded: shown.on("volumes", changes, instance_volumes) }
    }
}

/// The volumes, and the form that brings one more.
#[component]
pub fn VolumesTab(instance: Resource<Result<Instance>>, attached: Attached) -> impl IntoView {
    let Attached { detach, loaded, .. } = attached;
    let session = use_session();
    view! {
        <ErrorSummary refused=refused(detach) />
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                let may = May::of(&instance.await.ok()?, no_write);
                loaded.await.map(|loaded| match loaded {
                    Ok(known) => view! { <Volumes had=known.had detach no_detach=may.no_detach /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                })
            })}
        </Transition>
        <Transition><Forms instance attached /></Transition>
    }
}

/// Within a `Transition`, whose server waits for what is read here.
#[component]
fn Forms(instance: Resource<Result<Instance>>, attached: Attached) -> impl IntoView {
    let session = use_session();
    // News that change none of this leave open forms alone.
    let may = Memo::new(move |_| Some(May::of(&instance.get()?.ok()?, session.known_no_write()?)));
    view! { <div class="disclosures"><AttachForm may loaded=attached.loaded action=attached.attach /></div> }
}

/// What can be done with the instance's volumes; each with the reason where it cannot.
#[derive(Debug, Clone, PartialEq)]
struct May {
    id: InstanceId,
    no_attach: Option<String>,
    no_detach: Option<String>,
}

impl May {
    fn of(instance: &Instance, no_write: Option<String>) -> Self {
        Self {
            id: instance.id.clone(),
            no_attach: why_no_nics("attach_volume", instance, no_write.clone()),
            no_detach: why_no_nics("detach_volume", instance, no_write),
        }
    }
}

/// The way to this tab in an instance's menu.
#[component]
pub fn VolumesLink(instance_id: InstanceId) -> impl IntoView {
    view! { <a class="btn quiet" href=tab(&instance_id)>{tr!(volumes.attach_volume)}</a> }
}
