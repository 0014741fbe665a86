//! The navigation at the left.

use leptos::prelude::*;
use leptos_router::components::A;

use super::icon::{Icon, Picture};
use crate::dashboard::i18n::tr;
use crate::dashboard::session::use_session;

/// Links to every section; hosts only for administrators.
#[component]
pub fn Nav() -> impl IntoView {
    let session = use_session();
    view! {
        <nav class="nav" aria-label=tr!(common.nav_label)>
            <ul>
                <Item href="/" label=tr!(common.nav_overview) picture=Picture::Overview exact=true />
            </ul>
            <h2>{tr!(common.nav_compute)}</h2>
            <ul>
                <Item href="/instances" label=tr!(common.nav_instances) picture=Picture::Instance />
                <Item href="/images" label=tr!(common.nav_images) picture=Picture::Image />
                <Item href="/flavors" label=tr!(common.nav_flavors) picture=Picture::Flavor />
                <Item href="/keypairs" label=tr!(common.nav_keypairs) picture=Picture::Keypair />
                <Item href="/server-groups" label=tr!(server_groups.title) picture=Picture::ServerGroup />
            </ul>
            <h2>{tr!(common.nav_storage)}</h2>
            <ul>
                <Item href="/volumes" label=tr!(volumes.title) picture=Picture::Volume />
                <Item href="/snapshots" label=tr!(snapshots.title) picture=Picture::Snapshot />
            </ul>
            <h2>{tr!(common.nav_network)}</h2>
            <ul>
                <Item href="/networks" label=tr!(common.nav_networks) picture=Picture::Network />
                <Item href="/routers" label=tr!(routers.title) picture=Picture::Router />
                <Item href="/floating-ips" label=tr!(floating_ips.title) picture=Picture::FloatingIp />
                <Item href="/security-groups" label=tr!(common.nav_security_groups) picture=Picture::SecurityGroup />
                <Item href="/topology" label=tr!(topology.title) picture=Picture::Topology />
                <Item href="/reach" label=tr!(reach.title) picture=Picture::Reach />
            </ul>
            <h2>{tr!(common.nav_tools)}</h2>
            <ul><Item href="/api-access" label=tr!(access.title) picture=Picture::Console /></ul>
            <Transition>
                {move || Suspend::new(async move {
                    let admin = session.me.await.is_ok_and(|me| me.is_admin);
                    admin.then(|| view! {
                        <h2>{tr!(common.nav_admin)}</h2>
                        <ul><Item href="/hosts" label=tr!(common.nav_hosts) picture=Picture::Host /></ul>
                    })
                })}
            </Transition>
        </nav>
    }
}

#[component]
fn Item(href: &'static str, label: &'static str, picture: Picture, #[prop(optional)] exact: bool) -> impl IntoView {
    view! { <li><A href exact><Icon picture /><span>{label}</span></A></li> }
}
