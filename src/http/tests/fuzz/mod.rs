//! Requests that are not in order: each is refused in the service's own words, and the cloud is none the worse for it.

mod bodies;
mod limits;
mod queries;

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::Answer;
use super::walk::entry::{Entry, For, Payload, Who};
use super::walk::world::World;
use super::walk::{entries, nothing};

/// What is not answered by then hangs.
const NEVER: Duration = Duration::from_secs(60);

/// Makes the entry's request with another address and body.
async fn ask(world: &World, entry: &Entry, who: Who, address: &str, body: impl Into<Body>) -> Answer {
    let entry = Entry { address: address.to_owned(), ..entry.clone() };
    let asked = world.ask_with(who, &entry, body);
    tokio::time::timeout(NEVER, asked).await.unwrap_or_else(|_| panic!("no answer to {entry}"))
}

/// The service that serves an address.
fn service(address: &str) -> &str {
    address.split('/').nth(1).unwrap()
}

/// What is wrong with an answer: a fault of ours, or a refusal that is not worded as the service words them.
fn fault(address: &str, answer: &Answer) -> Option<String> {
    let elsewhere = answer.status == StatusCode::NOT_FOUND && answer.body == "The resource could not be found.\n";
    let fine = match answer.status {
        status if status.is_server_error() => false,
        status if status.is_client_error() => elsewhere || words(service(address), answer).is_some(),
        _ => true,
    };
    let start: String = answer.body.chars().take(300).collect();
    (!fine).then(|| format!("{}: {start}", answer.status))
}

/// What a refusal says.
fn words(service: &str, answer: &Answer) -> Option<String> {
    let body: Value = serde_json::from_str(&answer.body).ok()?;
    let said = match service {
        _ if answer.status == StatusCode::UNAUTHORIZED => &body["error"]["message"],
        "identity" => &body["error"]["message"],
        "image" => &body["message"],
        "network" => &body["NeutronError"]["message"],
        _ => &body.as_object()?.values().next()?["message"],
    };
    said.as_str().filter(|said| !said.trim().is_empty()).map(str::to_owned)
}

fn cut(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(300)]).into_owned()
}

/// One line for each route and verb: those under compute's old name are the same handlers.
fn lines(world: &World) -> Vec<Entry> {
    entries(&world.red).into_iter().filter(|entry| !entry.route.starts_with("/compute/v2/")).collect()
}

/// Whatever was left behind by odd requests, everything can still be looked at.
async fn still_serves(world: &World, service_asked: &str, wrong: &mut Vec<String>) {
    let looks = lines(world).into_iter().filter(|entry| entry.method == Method::GET && !entry.route.contains('{'));
    for entry in looks.filter(|entry| service(&entry.address) == service_asked) {
        let answer = ask(world, &entry, Who::Root, &entry.address, "").await;
        wrong.extend(fault(&entry.address, &answer).map(|fault| format!("then {entry}: {fault}")));
    }
}

#[tokio::test]
async fn no_body_is_answered_with_a_fault_of_ours() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for entry in lines(&world) {
        let Payload::Json(sound) = &entry.payload else { continue };
        let world = world.copy().await;
        let mut faults = Vec::new();
        for body in bodies::from(sound) {
            let said = cut(&body);
            let answer = ask(&world, &entry, entry.by, &entry.address, body).await;
            faults.extend(fault(&entry.address, &answer).map(|fault| format!("{said} -> {fault}")));
        }
        still_serves(&world, service(&entry.address), &mut faults).await;
        wrong.extend(faults.into_iter().map(|fault| format!("{} {} {fault}", entry.method, entry.route)));
    }
    nothing(wrong);
}

#[tokio::test]
async fn no_query_is_answered_with_a_fault_of_ours() {
    let world = World::new().await;
    let (mut wrong, queries) = (Vec::new(), queries::some());
    for entry in lines(&world).into_iter().filter(|entry| entry.method == Method::GET) {
        let address = entry.address.split('?').next().unwrap();
        for query in &queries {
            let answer = ask(&world, &entry, entry.by, &format!("{address}?{query}"), "").await;
            let fault = fault(address, &answer);
            wrong.extend(fault.map(|fault| format!("{} ?{} {fault}", entry.route, cut(query.as_bytes()))));
        }
    }
    nothing(wrong);
}

#[tokio::test]
async fn no_path_is_answered_with_a_fault_of_ours() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for entry in lines(&world).into_iter().filter(|entry| entry.route.contains('{')) {
        for segment in queries::segments() {
            let parts = entry.route.split('/').map(|part| if part.starts_with('{') { segment.as_str() } else { part });
            let address = parts.collect::<Vec<_>>().join("/");
            let answer = ask(&world, &entry, Who::Root, &address, entry.body()).await;
            wrong.extend(
                fault(&entry.address, &answer)
                    .map(|fault| format!("{} {} {fault}", entry.method, cut(address.as_bytes()))),
            );
        }
    }
    for service in ["identity", "compute", "image", "network", "volume"] {
        still_serves(&world, service, &mut wrong).await;
    }
    nothing(wrong);
}

#[tokio::test]
async fn no_header_is_answered_with_a_fault_of_ours() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    let odd = [
        "",
        " ",
        "latest",
        "2",
        "2.",
        "2.-1",
        "2.99999999999",
        "compute 2.x",
        "revision_number=",
        "é",
        "text/xml",
        "*/*;q=x",
    ];
    let names = [
        "openstack-api-version",
        "x-openstack-nova-api-version",
        "x-subject-token",
        "if-match",
        "content-type",
        "accept",
    ];
    for entry in lines(&world).into_iter().filter(|entry| entry.allowed == For::Anybody) {
        for name in names {
            for value in odd {
                let entry = Entry { version: None, headers: Vec::new(), ..entry.clone() }.header(name, value);
                let answer = ask(&world, &entry, entry.by, &entry.address, entry.body()).await;
                wrong.extend(fault(&entry.address, &answer).map(|fault| format!("{entry} {name}: {value} {fault}")));
            }
        }
    }
    nothing(wrong);
}
