//! The picture, as SVG. Colours are the tokens of `style/`, by class.

use leptos::prelude::*;

use super::layout::{Block, Layout, Rect, fit, layout};
use super::map::{Map, Node, Segment};
use crate::dashboard::components::Tone;
use crate::dashboard::i18n::tr;
use crate::dashboard::words;
use crate::model::router::Router;

/// How many cells of text a node's line takes, and a block's head per node beside each other.
const CELLS: usize = 23;

/// The whole picture; wider ones scroll.
#[component]
pub fn Drawing(map: Map) -> impl IntoView {
    let Layout { width, height, world, open, closed, routers, links } = layout(&map.counts());
    let links = links.into_iter().map(|link| {
        let corners: Vec<String> = link.into_iter().map(|(x, y)| format!("{x},{y}")).collect();
        view! { <polyline class="link" points=corners.join(" ") /> }
    });
    let blocks = |segments: Vec<Segment>, blocks: Vec<Block>, class: &'static str| {
        segments.into_iter().zip(blocks).map(|(segment, block)| view! { <Lane segment block class /> }).collect_view()
    };
    let hubs = map.routers.into_iter().zip(routers).map(|(router, at)| view! { <Hub router at /> });
    view! {
        <div class="topology" role="region" tabindex="0" aria-label=tr!(topology.picture)>
            <svg
                class="map"
                viewBox=format!("0 0 {width} {height}")
                width=width
                height=height
                role="group"
                aria-label=tr!(topology.picture)
                aria-description=tr!(topology.picture_help)
            >
                <g>{links.collect_view()}</g>
                {world.map(|at| view! { <World at /> })}
                {blocks(map.open, open, "lane open")}
                {hubs.collect_view()}
                {blocks(map.closed, closed, "lane")}
            </svg>
        </div>
    }
}

#[component]
fn World(at: Rect) -> impl IntoView {
    view! {
        <g class="world">
            <Frame at />
            <text x=at.x + at.width / 2 y=at.y + 23 text-anchor="middle">{tr!(topology.world)}</text>
        </g>
    }
}

#[component]
fn Frame(at: Rect) -> impl IntoView {
    view! { <g><rect class="frame" x=at.x y=at.y width=at.width height=at.height rx="6" /></g> }
}

/// What stands behind the name of what is switched off.
fn off(admin_state_up: bool) -> String {
    if admin_state_up { String::new() } else { format!(" · {}", tr!(topology.off)) }
}

#[component]
fn Lane(segment: Segment, block: Block, class: &'static str) -> impl IntoView {
    let at = block.frame;
    let cells = CELLS * usize::try_from(at.width / 190).unwrap_or(1).max(1);
    let ranges = segment.ranges();
    let Segment { network, nodes } = segment;
    // One piece of text: of several, SVG loses some when the picture is drawn anew.
    let name = fit(&network.name, cells) + &off(network.admin_state_up);
    let title = format!("{} {ranges}", network.name);
    let empty = nodes.is_empty();
    let nodes = nodes.into_iter().zip(block.nodes).map(|(node, at)| view! { <Plugged node at /> }).collect_view();
    view! {
        <g class=class class:off=!network.admin_state_up>
            <Frame at />
            <a href=format!("/networks/{}", network.id)>
                <title>{title}</title>
                <text class="name" x=at.x + 12 y=at.y + 22>{name}</text>
            </a>
            <text class="mono" x=at.x + 12 y=at.y + 40>{fit(&ranges, cells)}</text>
            {empty.then(|| view! { <text class="none" x=at.x + 12 y=at.y + 80>{tr!(topology.empty_short)}</text> })}
            {nodes}
        </g>
    }
}

#[component]
fn Plugged(node: Node, at: Rect) -> impl IntoView {
    let Node { name, href, address, status, floating } = node;
    let tone = status.map(Tone::of);
    let name = if name.is_empty() { tr!(topology.port).to_owned() } else { name };
    let words = status.map_or(tr!(topology.port), words::status);
    let title = format!("{name} · {address} · {words}");
    let class = format!("node {}", tone.map_or("loose", Tone::word));
    let shape = tone.map(|tone| {
        let moved = format!("translate({} {})", at.x + 10, at.y + 9);
        view! { <path class="shape" d=tone.shape() transform=moved /> }
    });
    let start = if shape.is_some() { at.x + 26 } else { at.x + 10 };
    view! {
        <g class=class>
            <a href=href>
                <title>{title}</title>
                <Frame at />
                {shape}
                <text class="name" x=start y=at.y + 19>{fit(&name, CELLS - 4)}</text>
                <text class="mono" x=at.x + 10 y=at.y + 36>{fit(&address, CELLS)}</text>
                {floating.map(|floating| view! { <text class="mono floating" x=at.x + 10 y=at.y + 53>{format!("⇄ {floating}")}</text> })}
            </a>
        </g>
    }
}

#[component]
fn Hub(router: Router, at: Rect) -> impl IntoView {
    let outer = outer(&router);
    let name = if router.name.is_empty() { router.id.to_string() } else { router.name.clone() };
    let label = fit(&name, CELLS - 2) + &off(router.admin_state_up);
    view! {
        <g class="hub" class:off=!router.admin_state_up>
            <a href=format!("/routers/{}", router.id)>
                <title>{format!("{name} · {outer}")}</title>
                <Frame at />
                <text class="name" x=at.x + at.width / 2 y=at.y + 19 text-anchor="middle">{label}</text>
                <text class="mono" x=at.x + at.width / 2 y=at.y + 36 text-anchor="middle">{fit(&outer, CELLS)}</text>
            </a>
        </g>
    }
}

/// A router's outer address, and whether it does SNAT.
pub(super) fn outer(router: &Router) -> String {
    let Some(gateway) = &router.gateway else { return tr!(topology.no_gateway).to_owned() };
    let address = gateway.fixed_ips.first().map(|fixed| fixed.ip.to_string()).unwrap_or_default();
    let snat = if gateway.enable_snat { tr!(topology.snat) } else { tr!(topology.no_snat) };
    format!("{address} {snat}")
}
