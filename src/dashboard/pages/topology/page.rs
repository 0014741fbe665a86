//! The page of `/topology`.

use leptos::prelude::*;

use super::map::Map;
use super::outline::Outline;
use super::picture::Drawing;
use crate::dashboard::api::reach::snapshot;
use crate::dashboard::components::{ButtonLink, Empty, EmptyState, ErrorCard, PageHeader, Picture};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::model::Noun;

/// Picture and outline, drawn anew whenever something changes.
#[component]
pub fn TopologyPage() -> impl IntoView {
    let live = use_live();
    let nouns = [Noun::Network, Noun::Subnet, Noun::Port, Noun::Router, Noun::FloatingIp, Noun::Instance];
    let news = nouns.map(|noun| live.any(noun));
    let found = Resource::new(move || news.iter().map(Signal::get).sum::<u32>(), |_| snapshot());
    view! {
        <PageHeader title=tr!(topology.title)>
            <ButtonLink href="/reach" label=tr!(reach.title) icon=Picture::Reach />
        </PageHeader>
        <p class="lead">{tr!(topology.lead)}</p>
        <Transition fallback=|| view! { <p class="quiet">{tr!(common.loading)}</p> }>
            {move || Suspend::new(async move {
                match found.await.map(|snapshot| Map::of(&snapshot)) {
                    Ok(map) if map.is_empty() => view! { <Nothing /> }.into_any(),
                    Ok(map) => view! { <Drawing map=map.clone() /><Outline map /> }.into_any(),
                    Err(error) => view! { <ErrorCard error /> }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let kind = Empty::Nothing {
        title: tr!(topology.nothing).into(),
        text: tr!(topology.nothing_text).into(),
        action: Some(("/networks".into(), tr!(topology.create).into())),
    };
    view! { <EmptyState kind picture=Picture::Topology /> }
}
