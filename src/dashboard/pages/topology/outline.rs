//! The same as the picture, as a nested list: for screen readers, for narrow screens, for searching the page.

use leptos::prelude::*;

use super::map::{Map, Node, Segment, networks_of};
use super::picture::outer;
use crate::dashboard::components::StatusBadge;
use crate::dashboard::i18n::tr;
use crate::model::router::{FloatingIp, Router};

/// The world, the networks that lead there, the routers in them, and what is behind.
#[component]
pub fn Outline(map: Map) -> impl IntoView {
    let stands = |router: &Router, segment: &Segment| networks_of(router).any(|id| *id == segment.network.id);
    let behind = |router: &Router| {
        let inner = map.closed.iter().filter(|segment| stands(router, segment)).cloned();
        view! { <Behind router=router.clone() segments=inner.collect() /> }
    };
    let open = map.open.iter().map(|segment| {
        let routers = map.routers.iter().filter(|router| stands(router, segment)).map(behind).collect_view();
        view! { <Line segment=segment.clone()>{routers}</Line> }
    });
    let open = open.collect_view();
    let cut_off = map.routers.iter().filter(|router| !map.open.iter().any(|segment| stands(router, segment)));
    let cut_off = cut_off.map(behind).collect_view();
    let isolated = map.isolated().map(|segment| view! { <Line segment=segment.clone() /> }).collect_view();
    let without_way = map.isolated().next().is_some() || !cut_off.is_empty();
    view! {
        <section class="outline">
            <h2>{tr!(topology.outline)}</h2>
            <ul>
                {(!map.open.is_empty()).then(|| view! { <li><strong>{tr!(topology.world)}</strong><ul>{open}</ul></li> })}
                {without_way.then(|| view! { <li><strong>{tr!(topology.isolated)}</strong><ul>{cut_off}{isolated}</ul></li> })}
                <Loose floating_ips=map.loose />
            </ul>
        </section>
    }
}

/// A network with what is plugged into it, and then `children`.
#[component]
fn Line(segment: Segment, #[prop(optional)] children: Option<Children>) -> impl IntoView {
    let ranges = segment.ranges();
    let Segment { network, nodes } = segment;
    let off = (!network.admin_state_up).then(|| format!(" · {}", tr!(topology.off)));
    let empty = nodes.is_empty();
    let nodes = nodes.into_iter().map(|node| view! { <Plugged node /> }).collect_view();
    view! {
        <li>
            <a href=format!("/networks/{}", network.id)>{network.name.clone()}</a>
            " " <code>{ranges}</code> {off}
            <ul>
                {empty.then(|| view! { <li class="quiet">{tr!(topology.empty_network)}</li> })}
                {nodes}
                {children.map(|children| children())}
            </ul>
        </li>
    }
}

#[component]
fn Plugged(node: Node) -> impl IntoView {
    let Node { name, href, address, status, floating } = node;
    let name = if name.is_empty() { tr!(topology.port).to_owned() } else { name };
    view! {
        <li>
            <a href=href>{name}</a>
            " " <code>{address}</code> " "
            {status.map(|status| view! { <StatusBadge status task=None /> })}
            {floating.map(|address| format!(" {}", tr!(topology.floating, address = address)))}
        </li>
    }
}

#[component]
fn Behind(router: Router, segments: Vec<Segment>) -> impl IntoView {
    let outer = outer(&router);
    let name = if router.name.is_empty() { router.id.to_string() } else { router.name.clone() };
    let off = (!router.admin_state_up).then(|| format!(" · {}", tr!(topology.off)));
    let inner = segments.into_iter().map(|segment| view! { <Line segment /> }).collect_view();
    view! {
        <li>
            <a href=format!("/routers/{}", router.id)>{name}</a>
            " " <span class="quiet">{outer} {off}</span>
            <ul>{inner}</ul>
        </li>
    }
}

#[component]
fn Loose(floating_ips: Vec<FloatingIp>) -> impl IntoView {
    if floating_ips.is_empty() {
        return ().into_any();
    }
    let rows = floating_ips.into_iter().map(|floating| {
        let address = floating.address.to_string();
        view! { <li><a href=format!("/floating-ips/{}", floating.id)><code>{address}</code></a></li> }
    });
    view! { <li><strong>{tr!(topology.free_floating_ips)}</strong><ul>{rows.collect_view()}</ul></li> }.into_any()
}
