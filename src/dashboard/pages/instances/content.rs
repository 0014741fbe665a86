//! What the chosen tab of an instance's page shows.

use leptos::prelude::*;

use super::facts::Facts;
use super::log::Log;
use super::network::NetworkTab;
use super::parts::Parts;
use super::timeline::Timeline;
use super::volumes::VolumesTab;
use crate::dashboard::pages::console::Screen;
use crate::dashboard::session::use_session;

/// The tab's content; nothing where the instance cannot be read, which the head says.
#[component]
pub fn Content(parts: Parts) -> impl IntoView {
    let Parts { id, instance, .. } = parts;
    move || match parts.tab.get().as_str() {
        "network" => view! { <NetworkTab instance plugged=parts.plugged /> }.into_any(),
        "volumes" => view! { <VolumesTab instance attached=parts.attached /> }.into_any(),
        "timeline" => view! { <Timeline instance events=parts.events /> }.into_any(),
        "console" => view! { <Console parts /> }.into_any(),
        "log" => view! { <Log id instance log=parts.log /> }.into_any(),
        _ => view! { <Overview parts /> }.into_any(),
    }
}

#[component]
fn Overview(parts: Parts) -> impl IntoView {
    let session = use_session();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                let decision = parts.decision.await.ok().flatten();
                let connection = parts.connect.found.await;
                let instance = parts.instance.await.ok();
                instance.map(|instance| view! { <Facts instance connection connect=parts.connect decision no_write /> })
            })}
        </Transition>
    }
}

#[component]
fn Console(parts: Parts) -> impl IntoView {
    let session = use_session();
    view! {
        <Transition>
            {move || Suspend::new(async move {
                let no_write = session.why_no_write().await;
                let instance = parts.instance.await.ok();
                instance.map(|instance| view! { <Screen instance act=parts.act no_write /> })
            })}
        </Transition>
    }
}
