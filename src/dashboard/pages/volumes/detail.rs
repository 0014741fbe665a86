//! One volume: what it is, who has it, its snapshots, and what went wrong.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::attach::Attach;
use super::attachments::Attachments;
use super::delete::DeleteVolumeButton;
use super::edit::Edit;
use super::extend::Extend;
use super::facts::Facts;
use super::list::Actions;
use super::messages::Messages;
use super::state::VolumeState;
use super::transfer::{CallOffButton, Offer, OfferOnce};
use super::upload::Upload;
use crate::dashboard::api::snapshots::{CreateSnapshot, DeleteSnapshot};
use crate::dashboard::api::transfers::{CallOff, OfferVolume};
use crate::dashboard::api::volume_attachments::AttachVolume;
use crate::dashboard::api::volumes::{ExtendVolume, UpdateVolume, UploadVolume, WholeVolume, page, volume};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::snapshots::{Snapshots, Take};
use crate::dashboard::session::use_session;
use crate::model::volume::Volume;
use crate::model::{Error, Noun, Result, VolumeId};

type Loaded = Resource<Result<WholeVolume>>;

/// What the forms do.
#[derive(Clone, Copy)]
struct Forms {
    update: ServerAction<UpdateVolume>,
    extend: ServerAction<ExtendVolume>,
    attach: ServerAction<AttachVolume>,
    take: ServerAction<CreateSnapshot>,
    offer: ServerAction<OfferVolume>,
    upload: ServerAction<UploadVolume>,
}

/// The page of `/volumes/:id`; the tab is in the address, and so is a form that is to be open.
#[component]
pub fn VolumePage() -> impl IntoView {
    let (session, live, params) = (use_session(), use_live(), use_params_map());
    let id = Memo::new(move |_| VolumeId(params.with(|params| params.get("id").unwrap_or_default())));
    let tab = query::param("tab");
    let actions = Actions { detach: ServerAction::new(), delete: ServerAction::new() };
    let forms = Forms {
        update: ServerAction::new(),
        extend: ServerAction::new(),
        attach: ServerAction::new(),
        take: ServerAction::new(),
        offer: ServerAction::new(),
        upload: ServerAction::new(),
    };
    let call_off = ServerAction::<CallOff>::new();
    let remove = ServerAction::<DeleteSnapshot>::new();
    let others = [Noun::Snapshot, Noun::Instance].map(|noun| live.any(noun));
    let loaded: Loaded = Resource::new(
        move || {
            let heard = others.iter().map(Signal::get).sum::<u32>() + live.one(Noun::Volume, id.get().as_str()).get();
            let changed = forms.update.version().get() + forms.extend.version().get() + forms.attach.version().get();
            let given = forms.offer.version().get() + call_off.version().get() + forms.upload.version().get();
            let gone = actions.detach.version().get() + remove.version().get() + forms.take.version().get();
            (heard, changed + gone + given, id.get())
        },
        |(.., id)| volume(id),
    );
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                match loaded.await {
                    Ok(whole) => view! { <Head whole actions call_off no_write /> }.into_any(),
                    Err(error) => view! { <PageHeader title=tr!(volumes.volume) crumbs=way() /><ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
        <ErrorSummary refused=refused(actions.detach) />
        <ErrorSummary refused=refused(actions.delete) />
        <ErrorSummary refused=refused(remove) />
        <ErrorSummary refused=refused(call_off) />
        <OfferOnce action=forms.offer />
        <Transition><Changing loaded forms /></Transition>
        <Transition>
            {move || {
                let tab = tab.get();
                Suspend::new(async move {
                    let no_write = session.why_no_write().await;
                    let WholeVolume { volume, snapshots, messages, instances } = loaded.await.ok()?;
                    Some(match tab.as_str() {
                        "snapshots" => {
                            let (volumes, next) = (vec![volume.clone()], format!("{}?tab=snapshots", page(&volume.id)));
                            view! { <Snapshots snapshots volumes delete=remove no_write next /> }.into_any()
                        }
                        "messages" => view! { <Messages messages /> }.into_any(),
                        _ => view! {
                            <Facts volume=volume.clone() />
                            <h2>{tr!(volumes.attachments)}</h2>
                            <Attachments volume instances detach=actions.detach no_write />
                        }
                        .into_any(),
                    })
                })
            }}
        </Transition>
    }
}

fn way() -> Vec<Crumb> {
    vec![Crumb::new(tr!(volumes.title), "/volumes")]
}

/// Name, status, what went wrong, and the tabs.
#[component]
fn Head(
    whole: WholeVolume,
    actions: Actions,
    call_off: ServerAction<CallOff>,
    no_write: Option<String>,
) -> impl IntoView {
    let WholeVolume { volume, snapshots, .. } = whole;
    let title = volume.title().to_owned();
    let (status, progress, fault) = (volume.status, volume.progress, volume.fault.clone());
    let tabs = vec![
        Tab::new("", tr!(volumes.overview)),
        Tab::new("snapshots", tr!(volumes.snapshots)),
        Tab::new("messages", tr!(volumes.messages)),
    ];
    let beside = move || view! { <VolumeState status progress fault=None /> };
    view! {
        <PageHeader title=title.clone() crumbs=way() beside>
            <CallOffButton volume=volume.clone() action=call_off no_write=no_write.clone() />
            <DeleteVolumeButton volume snapshots=snapshots.len() delete=actions.delete no_write />
        </PageHeader>
        {fault.map(|fault| view! { <ErrorCard error=Error::from(fault) /> })}
        <Tabs label=title tabs />
    }
}

/// The forms that change it. Within a `Transition`, whose server waits for what is read here.
#[component]
fn Changing(loaded: Loaded, forms: Forms) -> impl IntoView {
    let session = use_session();
    let asked = query::param("do");
    let asks = move |what: &'static str| Signal::derive(move || asked.with(|asked| asked == what));
    let no_write = Signal::derive(move || session.no_write());
    let volume = Memo::new(move |_| -> Option<Volume> { Some(loaded.get()?.ok()?.volume) });
    let instances = Memo::new(move |_| {
        let whole = loaded.get().and_then(Result::ok);
        whole.map(|whole| whole.instances).unwrap_or_default()
    });
    view! {
        <div class="disclosures">
            <Attach volume instances action=forms.attach no_write asked=asks("attach") />
            <Extend volume action=forms.extend no_write asked=asks("extend") />
            <Take volume action=forms.take no_write asked=asks("snapshot") />
            <Upload volume action=forms.upload no_write asked=asks("image") />
            <Offer volume action=forms.offer no_write />
            <Edit volume action=forms.update no_write asked=asks("edit") />
        </div>
    }
}
