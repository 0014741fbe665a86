//! Console tickets.

use async_trait::async_trait;
use chrono::TimeDelta;

use super::*;
use crate::bus;
use crate::bus::contract::{ConsoleAddress, ConsoleStream};
use crate::control::store::db;
use crate::model::Error;

/// A host that opens a console for whoever asks.
struct Opens;

#[async_trait]
impl Handler for Opens {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(ComputeMessage::OpenConsole { instance_id }) => {
                let at = ConsoleAddress::Unix(format!("/run/{instance_id}"));
                bus::answer(&ConsoleStream { at, pass: "pass".into() })
            }
            other => Outcome::Retry(format!("{other:?}")),
        }
    }
}

async fn bench() -> (Bench, InstanceId, bus::Consumer) {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let consumer = bench.shared().bus.consume(Topic::compute(HOST), 1, Arc::new(Opens)).await.unwrap();
    (bench, id, consumer)
}

fn why(error: Error) -> String {
    match error.reason {
        Reason::ConsoleUnavailable { why } => why,
        other => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_ticket_opens_its_instances_console_once() {
    let (bench, id, _consumer) = bench().await;
    let console = &bench.cloud.services.console;
    let ticket = console.issue(&bench.ctx, &id).await.unwrap();
    let (instance, stream) = console.redeem(&ticket.token).await.unwrap();
    assert_eq!((instance.id, stream.at), (id.clone(), ConsoleAddress::Unix(format!("/run/{id}"))));
    let used = why(console.redeem(&ticket.token).await.err().unwrap());
    let unknown = why(console.redeem("no such ticket").await.err().unwrap());
    assert_eq!(used, unknown);
}

#[tokio::test]
async fn only_the_hash_of_a_ticket_is_stored() {
    let (bench, id, _consumer) = bench().await;
    let ticket = bench.cloud.services.console.issue(&bench.ctx, &id).await.unwrap();
    let sql = "SELECT token_hash FROM console_tokens";
    let stored: String = db::query_scalar(sql).fetch_one(bench.shared().db.read()).await.unwrap();
    assert_eq!(stored.len(), 64);
    assert!(!stored.contains(&ticket.token));
}

#[tokio::test]
async fn a_ticket_expires_and_is_forgotten() {
    let (bench, id, _consumer) = bench().await;
    let console = &bench.cloud.services.console;
    let ticket = console.issue(&bench.ctx, &id).await.unwrap();
    console.issue(&bench.ctx, &id).await.unwrap();
    bench.cloud.clock.advance(TimeDelta::seconds(600));
    assert!(console.redeem(&ticket.token).await.is_err());
    assert_eq!(bench.count("SELECT count(*) FROM console_tokens").await, 1);
    crate::control::workflow::reconcile::at_start(bench.shared()).await;
    assert_eq!(bench.count("SELECT count(*) FROM console_tokens").await, 0);
}

#[tokio::test]
async fn an_instance_without_a_screen_says_why() {
    let (bench, running, _consumer) = bench().await;
    let console = &bench.cloud.services.console;
    let building = bench.placed("b", 64).await;
    assert!(why(console.issue(&bench.ctx, &building).await.unwrap_err()).contains("being built"));
    let power =
        ConductorMessage::Power { host: HOST.into(), instance_id: running.clone(), power_state: PowerState::Shutdown };
    let ticket = console.issue(&bench.ctx, &running).await.unwrap();
    bench.tell(power).await.unwrap();
    assert!(why(console.issue(&bench.ctx, &running).await.unwrap_err()).contains("Start it"));
    assert!(why(console.redeem(&ticket.token).await.err().unwrap()).contains("Start it"));
}
