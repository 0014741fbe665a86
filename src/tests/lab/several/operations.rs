//! What those who run a cloud of several machines look at: traces, the doctor, and messages that nobody could handle.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use reqwest::Method;
use serde_json::{Value, json};

use crate::cloud::machines::Machines;
use crate::cloud::{Cloud, eventually};

/// Where machines find what runs beside them.
const COLLECTOR: &str = "10.77.0.1:4318";
/// As a client says which trace its request belongs to.
const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
/// Puts something into the schedulers' queue, in the name of control, that is no message of Arcus'.
const PUBLISH: &str = r#"curl --silent --show-error --fail --output /dev/null --data \
    '{"properties": {"type": "cast", "user_id": "arcus", "message_id": "'"$RANDOM"'"}, "routing_key": "scheduler",
        "payload": "no message of ours", "payload_encoding": "string"}' \
    "$(cat "$ARCUS_LAB_SCRATCH/control/rabbitmq/management-url")/api/exchanges/%2f/arcus.scheduler/publish""#;

/// Everything that is sent to a collector of OpenTelemetry's (OTLP over HTTP, JSON).
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<Value>>>);

impl Collector {
    async fn listening() -> Self {
        let collector = Self::default();
        let keep = |State(Self(kept)): State<Self>, Json(batch): Json<Value>| async move {
            kept.lock().expect("no panic").push(batch);
            Json(json!({}))
        };
        let router = Router::new().route("/v1/traces", post(keep)).with_state(collector.clone());
        let listener = tokio::net::TcpListener::bind(COLLECTOR).await.expect("the lab's own address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        collector
    }

    /// The spans of the trace: which role on which host made it, and its name.
    fn spans(&self) -> BTreeSet<(String, String, String)> {
        let batches = self.0.lock().expect("no panic");
        let mut found = BTreeSet::new();
        for resource in batches.iter().flat_map(|batch| all(&batch["resourceSpans"])) {
            let said = |key: &str| {
                let mut attributes = all(&resource["resource"]["attributes"]);
                let value = attributes.find(|attribute| attribute["key"] == key).expect(key);
                value["value"]["stringValue"].as_str().expect("a text").to_owned()
            };
            let spans = all(&resource["scopeSpans"]).flat_map(|scope| all(&scope["spans"]));
            for span in spans.filter(|span| span["traceId"] == TRACE) {
                found.insert((
                    said("service.name"),
                    said("host.name"),
                    span["name"].as_str().expect("a name").to_owned(),
                ));
            }
        }
        found
    }
}

fn all(list: &Value) -> impl Iterator<Item = &Value> {
    list.as_array().into_iter().flatten()
}

#[tokio::test]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_roles_tell_of_one_launch_as_one_trace_with_the_steps_of_its_timeline() {
    let collector = Collector::listening().await;
    let cloud = Cloud::start(&[("otlp_endpoint", &format!("http://{COLLECTOR}"))]).await;
    let demo = cloud.sign_in("demo").await;
    let server = demo.launch_body("traced", "1").await;
    let launch = demo.request(Method::POST, "/compute/v2.1/servers").json(&server);
    let launch = launch.header("traceparent", format!("00-{TRACE}-00f067aa0ba902b7-01"));
    let made: Value = launch.send().await.expect("an answer").json().await.expect("JSON");
    let id = made["server"]["id"].as_str().expect("an id").to_owned();
    demo.settled(&id, &["ACTIVE"]).await;
    let host =
        cloud.sign_in("admin").await.server(&id).await["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned();

    let steps = cloud.steps(&id).await;
    eventually("every step in the trace", || async {
        let spans = collector.spans();
        let is_there = |step: &i64| spans.iter().any(|(_, _, name)| name.starts_with(&format!("step {step} ")));
        steps.iter().all(is_there).then_some(())
    })
    .await;
    let who: BTreeSet<_> = collector.spans().into_iter().map(|(role, host, _)| (role, host)).collect();
    for (role, host) in
        [("api", "control"), ("scheduler", "control"), ("conductor", "control"), ("compute", host.as_str())]
    {
        assert!(who.contains(&(format!("arcus-{role}"), host.to_owned())), "{role} on {host} is missing: {who:?}");
    }
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}

/// What the doctor says of a role on a machine, and whether all is well.
fn doctor(machines: &Machines, machine: &str, role: &str, setting: &str) -> (bool, String) {
    let program = env!("CARGO_BIN_EXE_arcus");
    let script = format!("ARCUS_LOG=error {setting} {program} doctor {role}");
    let output = machines.on(machine, "bash").args(["-c", &script]).output().expect("bash");
    (output.status.success(), String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::test]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_roles_are_looked_at_by_the_doctor_each_on_its_machine() {
    let cloud = Cloud::start(&[]).await;
    let machines = cloud.machines.as_ref().expect("machines: scripts/lab cloud");
    // An agent beside the roles of control has settings of its own.
    let own = "ARCUS_STATE_DIR=$ARCUS_LAB_SCRATCH/control/network";
    let control = [("api", ""), ("scheduler", ""), ("conductor", ""), ("network", own)];
    let control = control.map(|(role, setting)| ("control", role, setting));
    let hosts = machines.hosts.iter().map(|host| (host.as_str(), "compute", ""));
    for (machine, role, setting) in control.into_iter().chain(hosts) {
        let (well, said) = doctor(machines, machine, role, setting);
        assert!(well && said.contains("ok    bus"), "{role} on {machine}: {said}");
    }

    let (well, said) =
        doctor(machines, "control", "conductor", "ARCUS_DATABASE=postgres://arcus:wrong@localhost/arcus");
    assert!(!well && said.contains("FAIL  database") && said.contains('→'), "{said}");
    let host = &machines.hosts[0];
    let (well, said) = doctor(machines, host, "compute", "ARCUS_BUS=amqp://compute1:wrong@10.77.0.10");
    assert!(!well && said.contains("FAIL  bus") && said.contains('→'), "{said}");
}

#[tokio::test]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_messages_that_nobody_can_handle_are_listed_sent_again_and_thrown_away() {
    let cloud = Cloud::start(&[]).await;
    let machines = cloud.machines.as_ref().expect("machines: scripts/lab cloud");
    for _ in 0..2 {
        machines.shell("control", PUBLISH);
    }
    let dead = |count: usize| {
        let cloud = &cloud;
        async move {
            eventually("dead letters", || async {
                let said = cloud.operator(&["queue", "dead"]);
                (said.lines().count() == count).then_some(said)
            })
            .await
        }
    };
    let said = dead(2).await;
    let id = said.split_whitespace().next().expect("an id").to_owned();
    assert!(said.contains("scheduler"), "{said}");
    assert!(cloud.operator(&["queue", "retry", &id]).starts_with("sent again"));
    // It came back, as nobody can handle it now either.
    dead(2).await;
    let said = cloud.operator(&["queue", "dead"]);
    let id = said.split_whitespace().next().expect("an id").to_owned();
    assert!(cloud.operator(&["queue", "drop", &id]).starts_with("thrown away"));
    dead(1).await;
    assert!(cloud.operator(&["queue", "drop", "--all"]).starts_with("thrown away"));
    dead(0).await;
    let queues = cloud.operator(&["queue", "list"]);
    assert!(queues.lines().any(|line| line.starts_with("scheduler")), "{queues}");
}
