//! Every route with every method, by the router's own table, and who gets through.

mod compute;
pub mod entry;
mod identity;
mod image;
mod making;
mod network;
pub mod red;
mod routes;
mod volume;
pub mod world;

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};

use self::entry::{Entry, For, Who};
use self::red::Red;
use self::world::World;
use super::Front;

/// The table: each route of the router with each of its methods, some of them more than once.
pub fn entries(red: &Red) -> Vec<Entry> {
    let services = [
        identity::entries(red),
        compute::entries(red),
        image::entries(red),
        network::entries(red),
        volume::entries(red),
    ];
    services.into_iter().flatten().collect()
}

fn is_hidden(status: StatusCode) -> bool {
    status == StatusCode::FORBIDDEN || status == StatusCode::NOT_FOUND
}

/// Documents of versions may offer a choice.
fn is_answer(status: StatusCode) -> bool {
    status.is_success() || status == StatusCode::MULTIPLE_CHOICES
}

/// What of red's is in a text that somebody else reads.
fn leaks(red: &Red, text: &str) -> Vec<String> {
    red.secrets().into_iter().filter(|secret| text.contains(secret)).map(str::to_owned).collect()
}

/// Fails with all that was found.
pub fn nothing(found: Vec<String>) {
    assert!(found.is_empty(), "{} in all:\n{}", found.len(), found.join("\n"));
}

/// Fails with the records that came or went.
async fn unchanged(world: &World, before: &BTreeSet<String>) {
    let after = world.cloud().records().await;
    nothing(before.symmetric_difference(&after).cloned().collect());
}

#[tokio::test]
async fn the_table_has_every_route_of_the_router_and_no_other() {
    let routed = routes::of(&Front::new().await).await;
    assert!(routed.len() > 200, "only {} routes: the router is not walked", routed.len());
    let entries = entries(&Red::default());
    let tested: BTreeSet<_> = entries.iter().map(|entry| (entry.method.clone(), entry.route.clone())).collect();
    let untested: Vec<_> = routed.difference(&tested).collect();
    let unknown: Vec<_> = tested.difference(&routed).collect();
    assert!(untested.is_empty(), "routes that nobody tests: {untested:#?}");
    assert!(unknown.is_empty(), "entries without a route: {unknown:#?}");
}

#[tokio::test]
async fn no_route_answers_without_a_token() {
    let front = Front::new().await;
    front.cloud.person("ann", "red", "admin").await;
    let cookie = front.cookie("ann").await;
    let mut wrong = Vec::new();
    for entry in entries(&Red::default()) {
        let address = entry.route.replace(['{', '}'], "");
        let methods =
            if entry.method == Method::GET { vec![Method::GET, Method::HEAD] } else { vec![entry.method.clone()] };
        for method in methods {
            for headers in [vec![], vec![("x-auth-token", "nonsense")], vec![("cookie", cookie.as_str())]] {
                let status = front.send(method.clone(), &address, &headers, entry.body()).await.status;
                let fine = match entry.allowed {
                    // A password that nobody has is refused by the same word.
                    For::Everybody if method == Method::POST => status == StatusCode::UNAUTHORIZED,
                    For::Everybody => is_answer(status),
                    _ => status == StatusCode::UNAUTHORIZED,
                };
                if !fine {
                    wrong.push(format!("{entry} with {headers:?}: {status}"));
                }
            }
        }
    }
    nothing(wrong);
}

#[tokio::test]
async fn a_stranger_s_token_opens_nothing_of_another_project() {
    let world = World::new().await;
    let before = world.cloud().records().await;
    let mut wrong = Vec::new();
    for entry in entries(&world.red) {
        let answer = match entry.allowed {
            For::Everybody => continue,
            For::Makers => {
                wrong.extend(made_by_a_stranger(&world, &before, &entry).await);
                continue;
            }
            _ => world.ask(Who::Bob, &entry).await,
        };
        let fine = match (entry.allowed, entry.strangers) {
            (For::Anybody, _) => answer.status.is_success(),
            (_, Some(status)) => answer.status == status,
            _ => is_hidden(answer.status),
        };
        let told = leaks(&world.red, &answer.body);
        // A refusal may repeat what was asked for.
        if !fine || (answer.status.is_success() && !told.is_empty()) {
            wrong.push(format!("{entry}: {} {}, and tells {told:?}", answer.status, answer.body));
        }
    }
    nothing(wrong);
    unchanged(&world, &before).await;
}

/// What goes wrong when a stranger makes something: it is the stranger's own, or it is not made.
async fn made_by_a_stranger(world: &World, before: &BTreeSet<String>, entry: &Entry) -> Vec<String> {
    let world = world.copy().await;
    let answer = world.ask(Who::Bob, entry).await;
    let refused = is_hidden(answer.status) || answer.status == StatusCode::BAD_REQUEST;
    let mut wrong = Vec::new();
    if !refused && !answer.status.is_success() {
        wrong.push(format!("{entry}: {} {}", answer.status, answer.body));
    }
    let after = world.cloud().records().await;
    wrong.extend(before.difference(&after).map(|record| format!("{entry} takes away {record}")));
    for record in after.difference(before) {
        let project_s = [&world.red.project, &world.red.ann].into_iter().any(|owner| record.contains(owner.as_str()));
        if refused || project_s {
            wrong.push(format!("{entry} leaves {record}"));
        }
    }
    wrong
}

#[tokio::test]
async fn what_is_the_administrators_business_is_not_the_members() {
    let world = World::new().await;
    let before = world.cloud().records().await;
    let mut wrong = Vec::new();
    for entry in entries(&world.red).into_iter().filter(|entry| entry.allowed == For::Administrators) {
        let status = world.ask(Who::Ann, &entry).await.status;
        if !is_hidden(status) {
            wrong.push(format!("{entry}: {status}"));
        }
    }
    nothing(wrong);
    unchanged(&world, &before).await;
}

#[tokio::test]
async fn a_reader_s_token_looks_and_changes_nothing() {
    let world = World::new().await;
    let before = world.cloud().records().await;
    let mut wrong = Vec::new();
    for entry in entries(&world.red).into_iter().filter(|entry| entry.allowed != For::Everybody) {
        let answer = world.ask(Who::Eve, &entry).await;
        let may = entry.only_asks && matches!(entry.allowed, For::Anybody | For::Project);
        let fine = match may {
            true => answer.status.is_success() || Some(answer.status) == entry.status,
            false => is_hidden(answer.status),
        };
        if !fine {
            wrong.push(format!("{entry}: {} {}", answer.status, answer.body));
        }
    }
    nothing(wrong);
    unchanged(&world, &before).await;
}

/// So that the refusals are for the sake of who asks, and not of what is asked.
#[tokio::test]
async fn the_same_requests_are_for_their_owners_to_make() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for entry in entries(&world.red) {
        let answer = match entry.only_asks {
            true => world.ask(entry.by, &entry).await,
            false => world.copy().await.ask(entry.by, &entry).await,
        };
        let fine = match entry.status {
            Some(status) => answer.status == status,
            None => is_answer(answer.status),
        };
        if !fine {
            wrong.push(format!("{entry}: {} {}", answer.status, answer.body));
        }
    }
    nothing(wrong);
}
