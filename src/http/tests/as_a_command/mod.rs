//! What forms are said to be in other words: each of them is put to the test by this cloud's own API.

mod curl;
mod samples;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use leptos::server_fn::axum::server_fn_paths;

use self::samples::{Sample, samples};
use super::walk::entry::Who;
use super::walk::nothing;
use super::walk::world::World;
use super::{Answer, HERE};
use crate::dashboard::api::commands::{Equivalent, Terraform};
use crate::dashboard::equivalent::FORMS;
use crate::http::query::query;

/// Server functions that change nothing of the cloud's, or what no other client does: who is signed in, in which
/// project, in which language, with which pass for a console.
const OTHERS: [&str; 49] = [
    "access",
    "as-a-command",
    "console/ticket",
    "flavors/list",
    "floating-ips/choices",
    "floating-ips/list",
    "floating-ips/show",
    "hosts/list",
    "hosts/zones",
    "images/can-import",
    "images/list",
    "images/show",
    "instances/connection",
    "instances/decision",
    "instances/interfaces",
    "instances/list",
    "instances/log",
    "instances/names",
    "instances/show",
    "instances/timeline",
    "instances/volumes",
    "keypairs/list",
    "launch/choices",
    "launch/dry-run",
    "launch/no-room",
    "networks/list",
    "networks/physical",
    "networks/show",
    "ports/list",
    "ports/show",
    "preferences/language",
    "preferences/theme",
    "quota/usage",
    "reach/ask",
    "reach/snapshot",
    "routers/list",
    "routers/show",
    "security-groups/list",
    "security-groups/show",
    "server-groups/list",
    "session/login",
    "session/logout",
    "session/me",
    "session/project",
    "snapshots/show",
    "subnets/show",
    "volumes/choices",
    "volumes/list",
    "volumes/show",
];

/// Cookies of those who fill in forms.
struct Cookies {
    ann: String,
    root: String,
}

impl Cookies {
    async fn of(world: &World) -> Self {
        Self { ann: world.front.cookie("ann").await, root: world.front.cookie("root").await }
    }

    /// Asks how a sample is said in other words.
    async fn ask(&self, world: &World, sample: &Sample, language: &str) -> Answer {
        let cookie = if sample.who == Who::Root { &self.root } else { &self.ann };
        let fields = query(sample.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let form = query([("action", sample.action), ("fields", fields.trim_start_matches('?'))]);
        let (origin, cookie) = (format!("http://{HERE}"), format!("{cookie}; arcus_lang={language}"));
        let headers = [
            ("origin", origin.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
            ("accept", "application/json"),
            ("cookie", &cookie),
        ];
        let form = form.trim_start_matches('?').to_owned();
        world.front.send(Method::POST, "/api/as-a-command", &headers, form).await
    }

    async fn said(&self, world: &World, sample: &Sample) -> Equivalent {
        let answer = self.ask(world, sample, "en").await;
        assert_eq!(answer.status, StatusCode::OK, "{}: {}", sample.action, answer.body);
        serde_json::from_str(&answer.body).unwrap()
    }
}

#[tokio::test]
async fn every_form_can_be_said_in_other_words() {
    let world = World::new().await;
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let forms: BTreeSet<_> = FORMS.iter().map(|path| (*path).to_owned()).collect();
    let others: BTreeSet<_> = OTHERS.iter().map(|path| format!("/api/{path}")).collect();
    let known: BTreeSet<_> = forms.union(&others).cloned().collect();
    let untold: Vec<_> = registered.difference(&known).collect();
    assert!(untold.is_empty(), "neither said in other words nor excused: {untold:#?}");
    let gone: Vec<_> = others.difference(&registered).collect();
    assert!(gone.is_empty(), "excused, and there is no such thing: {gone:#?}");
    let tried: BTreeSet<_> = samples(&world.red, "").iter().map(|sample| sample.action.to_owned()).collect();
    assert_eq!(tried, forms, "each form has a sample, and each sample a form");
}

#[tokio::test]
async fn every_call_that_is_shown_does_what_the_form_would_do() {
    let world = World::new().await;
    let cookies = Cookies::of(&world).await;
    let leg = leg(&world).await;
    mark_bootable(&world).await;
    let mut wrong = Vec::new();
    for sample in samples(&world.red, &leg) {
        let said = cookies.said(&world, &sample).await;
        let world = world.copy().await;
        if let Err(refusal) = curl::run(&world, &sample, &said.curl).await {
            wrong.push(format!("{} {:?}: {refusal}\n{}", sample.action, sample.fields, said.curl));
        }
    }
    nothing(wrong);
}

/// The port by which red's router stands in red's network.
async fn leg(world: &World) -> String {
    let address = format!("/network/v2.0/ports?device_id={}&device_owner=network:router_interface", world.red.router);
    let ports = world.front.get(&address, &[("x-auth-token", world.token(Who::Ann))]).await.json();
    ports["ports"][0]["id"].as_str().expect("a leg").to_owned()
}

/// Makes red's volume one that instances start from.
async fn mark_bootable(world: &World) {
    let address = format!("/volume/v3/volumes/{}/action", world.red.volume);
    let headers = [("x-auth-token", world.token(Who::Ann)), ("content-type", "application/json")];
    let action = r#"{ "os-set_bootable": { "bootable": true } }"#;
    assert_eq!(world.front.send(Method::POST, &address, &headers, action).await.status, StatusCode::OK);
}

#[tokio::test]
async fn every_command_is_one_and_every_block_is_whole() {
    let world = World::new().await;
    let cookies = Cookies::of(&world).await;
    for sample in samples(&world.red, "leg") {
        let Equivalent { command, terraform, .. } = cookies.said(&world, &sample).await;
        let words = shlex::split(&command).unwrap_or_else(|| panic!("{command}"));
        assert!(words.iter().any(|word| word.ends_with("openstack")), "{command}");
        if let Terraform::Blocks(text) = terraform {
            let of = |bracket: char| text.matches(bracket).count();
            assert!(text.contains(" {\n") && of('{') == of('}') && of('"') % 2 == 0, "{text}");
        }
    }
}

#[tokio::test]
async fn secrets_are_never_sent_back() {
    let world = World::new().await;
    let cookies = Cookies::of(&world).await;
    let all = samples(&world.red, "leg");
    let launch = all.iter().find(|sample| sample.fields.iter().any(|(name, _)| *name == "user_data")).unwrap();
    let answer = cookies.ask(&world, launch, "en").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    for secret in ["hunter2", "aHVudGVyMg", "s3cret"] {
        assert!(!answer.body.contains(secret), "{secret} in {}", answer.body);
    }
    assert!(answer.body.contains("db_password=********") && answer.body.contains("user-data.txt"), "{}", answer.body);
    let key = Sample::new(
        Who::Ann,
        "/api/keypairs/import",
        &[("name", "mine"), ("public_key", "-----BEGIN OPENSSH PRIVATE KEY-----\nhunter2")],
    );
    let refused = cookies.ask(&world, &key, "en").await;
    assert_eq!((refused.status, refused.body.contains("hunter2")), (StatusCode::BAD_REQUEST, false));
}

#[tokio::test]
async fn a_form_is_refused_as_if_it_were_sent() {
    let world = World::new().await;
    let cookies = Cookies::of(&world).await;
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let refusals: [(&str, Fields, &str); 5] = [
        ("/api/networks/create", &[("name", "")], "name"),
        ("/api/networks/create", &[("name", "x"), ("mtu", "1")], "mtu"),
        ("/api/launch", &[("name", "x"), ("image", "i"), ("flavor", "1"), ("count", "51")], "count"),
        ("/api/flavors/create", &[("name", "x"), ("vcpus", "none"), ("ram_mb", "1"), ("disk_gb", "1")], "vcpus"),
        ("/api/instances/attach", &[("id", "x")], "place"),
    ];
    for (action, fields, field) in refusals {
        let answer = cookies.ask(&world, &Sample::new(Who::Ann, action, fields), "en").await;
        assert_eq!((answer.status, &answer.json()["field"]), (StatusCode::BAD_REQUEST, &field.into()), "{action}");
    }
    let unknown = cookies.ask(&world, &Sample::new(Who::Ann, "/api/session/login", &[]), "en").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sentences_are_in_the_page_s_language() {
    let world = World::new().await;
    let cookies = Cookies::of(&world).await;
    let reboot = Sample::new(Who::Ann, "/api/instances/act", &[("id", "x"), ("verb", "reboot")]);
    for (language, word) in [("en", "Terraform describes"), ("zh-CN", "目标状态")] {
        let answer = cookies.ask(&world, &reboot, language).await;
        assert!(answer.body.contains(word), "{}", answer.body);
        assert!(answer.body.contains("openstack server reboot --soft x"), "{}", answer.body);
    }
}
