//! The application: every page's address, and the HTML around them.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::SsrMode::Async;
use leptos_router::components::{ParentRoute, Route, Router, Routes};
use leptos_router::path;

use super::components::time::Now;
use super::components::{Announcer, Layout};
use super::i18n::tr;
use super::pages::*;

/// The whole application.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    Now::provide();
    let announcer = Announcer::provide();

    // Every page renders whole on the server: without script there is nobody to fill in what would come later.
    view! {
        <Title formatter=|title: String| if title.is_empty() { tr!(common.brand).into() } else { format!("{title} · {}", tr!(common.brand)) } />
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/login") view=LoginPage ssr=Async />
                <Route path=path!("/vnc_auto.html") view=StandaloneConsolePage ssr=Async />
                <Route path=path!("/instances/:id/console") view=ConsolePage ssr=Async />
                <ParentRoute path=path!("") view=Layout ssr=Async>
                    <Route path=path!("/") view=OverviewPage ssr=Async />
                    <Route path=path!("/launch") view=LaunchPage ssr=Async />
                    <Route path=path!("/instances") view=InstancesPage ssr=Async />
                    <Route path=path!("/instances/:id") view=InstancePage ssr=Async />
                    <Route path=path!("/images") view=ImagesPage ssr=Async />
                    <Route path=path!("/images/:id") view=ImagePage ssr=Async />
                    <Route path=path!("/flavors") view=FlavorsPage ssr=Async />
                    <Route path=path!("/keypairs") view=KeypairsPage ssr=Async />
                    <Route path=path!("/server-groups") view=ServerGroupsPage ssr=Async />
                    <Route path=path!("/volumes") view=VolumesPage ssr=Async />
                    <Route path=path!("/volumes/:id") view=VolumePage ssr=Async />
                    <Route path=path!("/snapshots") view=SnapshotsPage ssr=Async />
                    <Route path=path!("/snapshots/:id") view=SnapshotPage ssr=Async />
                    <Route path=path!("/networks") view=NetworksPage ssr=Async />
                    <Route path=path!("/networks/:id") view=NetworkPage ssr=Async />
                    <Route path=path!("/networks/subnets/:id") view=SubnetPage ssr=Async />
                    <Route path=path!("/networks/ports/:id") view=PortPage ssr=Async />
                    <Route path=path!("/routers") view=RoutersPage ssr=Async />
                    <Route path=path!("/routers/:id") view=RouterPage ssr=Async />
                    <Route path=path!("/floating-ips") view=FloatingIpsPage ssr=Async />
                    <Route path=path!("/floating-ips/:id") view=FloatingIpPage ssr=Async />
                    <Route path=path!("/security-groups") view=SecurityGroupsPage ssr=Async />
                    <Route path=path!("/security-groups/:id") view=SecurityGroupPage ssr=Async />
                    <Route path=path!("/topology") view=TopologyPage ssr=Async />
                    <Route path=path!("/reach") view=ReachPage ssr=Async />
                    <Route path=path!("/api-access") view=ApiAccessPage ssr=Async />
                    <Route path=path!("/hosts") view=HostsPage ssr=Async />
                </ParentRoute>
            </Routes>
        </Router>
        <div class="sr" aria-live="polite">{move || announcer.said()}</div>
    }
}

/// The HTML document around the application, in the request's language and theme.
#[cfg(feature = "ssr")]
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let (locale, theme) = super::server::preferences();
    provide_context(locale);
    provide_context(theme);
    // Counted before anything is read, so that whatever changes afterwards is told, or said to be missed.
    let news = super::server::services().map(|services| services.events.told()).unwrap_or_default();
    view! {
        <!DOCTYPE html>
        <html lang=leptos_i18n::Locale::as_str(locale) data-theme=theme.as_str() data-news=news.to_string()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href="/pkg/arcus.css" />
                <script type="module" src="/console.js"></script>
                <HydrationScripts options />
                <leptos_meta::MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}
