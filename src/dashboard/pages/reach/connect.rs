//! How to get into an instance: the exact command, and whether it would work now.

use leptos::prelude::*;

use super::stations::Stations;
use crate::dashboard::api::instances::connection;
use crate::dashboard::api::reach::{ME, ReachForm};
use crate::dashboard::api::security_groups::CreateRule;
use crate::dashboard::components::*;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::pages::instances::{OfTab, Shown};
use crate::model::connect::{Connection, Login};
use crate::model::reach::{Answer, Verdict};
use crate::model::{InstanceId, Noun, Result};

/// What the card shows and does.
#[derive(Clone, Copy)]
pub struct Connect {
    add: ServerAction<CreateRule>,
    pub found: OfTab<Result<Connection>>,
}

impl Connect {
    /// Loads what the first tab's card shows.
    pub fn load(shown: Shown) -> Self {
        let add = ServerAction::<CreateRule>::new();
        let live = use_live();
        let nouns = [Noun::Instance, Noun::SecurityGroup, Noun::FloatingIp, Noun::Port, Noun::Router];
        let news = nouns.map(|noun| live.any(noun));
        let heard = move || news.iter().map(Signal::get).sum::<u32>() as usize + add.version().get();
        Self { add, found: shown.on("", heard, connection) }
    }
}

/// The card on an instance's page.
#[component]
pub fn ConnectCard(
    id: InstanceId,
    connection: Result<Connection>,
    connect: Connect,
    why_not: Option<String>,
) -> impl IntoView {
    let Connect { add, .. } = connect;
    let ways = match connection {
        Ok(connection) => view! { <Ways id connection add why_not /> }.into_any(),
        Err(error) => view! { <ErrorCard error /> }.into_any(),
    };
    view! {
        <section class="section connect">
            <h2>{tr!(reach.connect)}</h2>
            <ErrorSummary refused=refused(add) />
            {ways}
        </section>
    }
}

#[component]
fn Ways(
    id: InstanceId,
    connection: Connection,
    add: ServerAction<CreateRule>,
    why_not: Option<String>,
) -> impl IntoView {
    let Connection { login, key_name, door, ssh } = connection;
    let console = format!("/instances/{id}?tab=console");
    let Some(door) = door else {
        return view! {
            <div class="card">
                <p>{tr!(reach.connect_no_door)} " " {tr!(reach.connect_no_door_do)}</p>
                <div class="buttons">
                    <ButtonLink href="/floating-ips" label=tr!(reach.get_floating_ip) />
                    <ButtonLink href=why(&id) label=tr!(reach.why_no_ssh) icon=Picture::Reach />
                    <ButtonLink href=console label=tr!(reach.connect_console) icon=Picture::Console />
                </div>
                {login.map(|login| view! { <Password login /> })}
            </div>
        }
        .into_any();
    };
    let user = login.as_ref().map_or(tr!(reach.connect_user), |login| login.user.as_str()).to_owned();
    let key = if key_name.is_some() { "-i ~/.ssh/id_ed25519 " } else { "" };
    let command = format!("ssh {key}{user}@{}", door.address);
    let about_key = match key_name {
        Some(key) => tr!(reach.connect_key, key = key),
        None => tr!(reach.connect_no_key).to_owned(),
    };
    view! {
        <div class="card">
            <CodeBlock text=command label=tr!(reach.connect_command) />
            {door.floating.then(|| view! { <p>{tr!(reach.connect_floating, address = door.address)}</p> })}
            {login.is_none().then(|| view! { <p>{tr!(reach.connect_user_unknown)}</p> })}
            <p>{about_key}</p>
            {login.map(|login| view! { <Password login /> })}
            <Now ssh add why_not />
            <div class="buttons">
                <ButtonLink href=why(&id) label=tr!(reach.why_no_ssh) icon=Picture::Reach />
                <ButtonLink href=console label=tr!(reach.connect_console) icon=Picture::Console />
            </div>
        </div>
    }
    .into_any()
}

/// The question that people ask most.
fn why(id: &InstanceId) -> String {
    super::address(&ReachForm {
        from: ME.to_owned(),
        to: format!("instance:{id}"),
        what: "ssh".to_owned(),
        ..ReachForm::default()
    })
}

#[component]
fn Password(login: Login) -> impl IntoView {
    let Login { user, password } = login;
    password.map(|password| view! { <p>{tr!(reach.connect_password, user = user, password = password)}</p> })
}

/// Whether SSH gets through at this moment; where not, at what it stops.
#[component]
fn Now(ssh: Answer, add: ServerAction<CreateRule>, why_not: Option<String>) -> impl IntoView {
    if ssh.reachable {
        return view! { <p class="connect-now positive"><Icon picture=Picture::Check /><span>{tr!(reach.connect_open)}</span></p> }
            .into_any();
    }
    let stops = ssh.findings.into_iter().filter(|finding| finding.verdict() == Verdict::Stops).collect();
    view! {
        <p class="connect-now negative"><Icon picture=Picture::Close /><span>{tr!(reach.connect_closed)}</span></p>
        <Stations findings=stops add why_not />
    }
    .into_any()
}
