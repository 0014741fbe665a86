//! The bar at the top: brand, project, live sign, account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::components::A;

use super::icon::{Icon, Picture};
use super::menu::Menu;
use super::preferences::Preferences;
use super::query;
use crate::dashboard::api::session::{Logout, SwitchProject};
use crate::dashboard::i18n::tr;
use crate::dashboard::live::{Connection, use_live};
use crate::dashboard::session::use_session;
use crate::model::identity::Me;

/// The bar. What it holds of the signed-in person loads before the page is sent.
#[component]
pub fn TopBar() -> impl IntoView {
    let session = use_session();
    view! {
        <header class="topbar">
            <A href="/" attr:class="brand">
                <Mark />
                <span>{tr!(common.brand)}</span>
            </A>
            <Transition>
                {move || Suspend::new(async move { session.me.await.ok().map(|me| view! { <Person me /> }) })}
            </Transition>
        </header>
    }
}

/// The sign of the house.
#[component]
pub fn Mark() -> impl IntoView {
    view! {
        <svg class="mark" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d="M2.5 16.5a7.5 7.5 0 0 1 15 0M6 16.5a4 4 0 0 1 8 0" />
        </svg>
    }
}

#[component]
fn Person(me: Me) -> impl IntoView {
    let name = me.user_name.clone();
    view! {
        <ProjectSwitcher me=me.clone() />
        <LiveSign />
        <Menu id="account" label=name picture=Picture::User wide=true>
            <p class="menu-note">
                {tr!(common.signed_in_as)} " " <strong>{me.user_name}</strong> {format!(" @ {}", me.domain_name)} <br />
                {format!("{}: {}", tr!(common.roles), me.roles.join(", "))}
            </p>
            <Preferences />
            <form method="post" action=Logout::url()>
                <button type="submit" class="btn quiet menu-item">{tr!(common.sign_out)}</button>
            </form>
        </Menu>
    }
}

/// A plain form: switching loads everything anew, as nothing of the old project may stay.
#[component]
fn ProjectSwitcher(me: Me) -> impl IntoView {
    let url = query::url();
    let current = me.project.id.clone();
    let projects = me.projects.into_iter().map(|project| {
        let here = project.id == current;
        view! {
            <button type="submit" name="project" value=project.id.to_string() class="btn quiet menu-item" aria-current=here.then_some("true")>
                {here.then(|| view! { <Icon picture=Picture::Check /> })}
                <span>{project.name}</span>
            </button>
        }
    });
    let projects = projects.collect::<Vec<_>>();
    view! {
        <div class="project">
            <span class="quiet">{tr!(common.project)}</span>
            <Menu id="projects" label=me.project.name picture=Picture::Chevron wide=true>
                <form method="post" action=SwitchProject::url()>
                    <input type="hidden" name="next" value=move || url.with(section) />
                    {projects}
                </form>
            </Menu>
        </div>
    }
}

/// The page to be on after switching: a list stays, one thing of the old project gives way to its list.
fn section(url: &leptos_router::location::Url) -> String {
    match url.path().trim_matches('/').split_once('/') {
        Some((section, _)) => format!("/{section}"),
        None => query::address(url),
    }
}

#[component]
fn LiveSign() -> impl IntoView {
    let connection = use_live().connection();
    view! {
        <span class="live" role="status">
            {move || match connection.get() {
                Connection::Off => None,
                Connection::Live => Some(view! { <span class="on" title=tr!(common.live_title)>{tr!(common.live)}</span> }.into_any()),
                Connection::Reconnecting => {
                    Some(view! { <span class="lost" title=tr!(common.reconnecting_title)>{tr!(common.reconnecting)}</span> }.into_any())
                }
            }}
        </span>
    }
}
