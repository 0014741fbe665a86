//! All snapshots of the project.

use leptos::prelude::*;

use super::table::Snapshots;
use crate::dashboard::api::snapshots::DeleteSnapshot;
use crate::dashboard::api::volumes::{VolumeList, volumes};
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::session::use_session;
use crate::model::Noun;

/// The list; snapshots are taken on the page of their volume.
#[component]
pub fn SnapshotsPage() -> impl IntoView {
    let session = use_session();
    let delete = ServerAction::<DeleteSnapshot>::new();
    let news = [Noun::Volume, Noun::Snapshot].map(|noun| use_live().any(noun));
    let list =
        Resource::new(move || (news.iter().map(Signal::get).sum::<u32>(), delete.version().get()), |_| volumes());
    view! {
        <PageHeader title=tr!(snapshots.title) />
        <p class="lead">{tr!(snapshots.lead)}</p>
        <ErrorSummary refused=refused(delete) />
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                match list.await {
                    Ok(VolumeList { snapshots, .. }) if snapshots.is_empty() => view! { <Nothing /> }.into_any(),
                    Ok(VolumeList { volumes, snapshots, .. }) => {
                        view! { <Snapshots snapshots volumes delete no_write /> }.into_any()
                    }
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let kind = Empty::Nothing {
        title: tr!(snapshots.empty).to_owned(),
        text: tr!(snapshots.empty_text).to_owned(),
        action: Some(("/volumes".to_owned(), tr!(snapshots.to_volumes).to_owned())),
    };
    view! { <EmptyState kind picture=Picture::Snapshot /> }
}
