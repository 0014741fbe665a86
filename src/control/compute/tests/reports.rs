//! What the conductor makes of a host's reports, also of those that come late, twice or from the wrong host.

use super::*;
use crate::bus::contract::InstanceSpec;
use crate::model::state::Verb;
use crate::model::step::{StepEvent, StepResult};

fn steps(id: &InstanceId, request: &str, step: Step) -> ConductorMessage {
    let row = StepEvent {
        instance_id: id.clone(),
        request_id: request.into(),
        action: "create".into(),
        step: Some(step),
        host: None,
        result: StepResult::Done,
        started_at: Default::default(),
        finished_at: None,
        detail: None,
        fault: None,
    };
    ConductorMessage::Steps { host: HOST.into(), events: vec![row] }
}

#[tokio::test]
async fn a_launch_that_settles_is_active_once_and_a_late_failure_changes_nothing() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    let request = bench.request_of(&id).await;
    bench.settled(&id, &request, VmState::Active, PowerState::Running).await.unwrap();
    let settled = bench.instance(&id).await;
    assert_eq!((settled.vm_state, settled.task_state), (VmState::Active, None));
    assert!(settled.launched_at.is_some());
    bench.settled(&id, &request, VmState::Active, PowerState::Running).await.unwrap();
    bench.failed(&id, &request, VmState::Error).await.unwrap();
    assert_eq!(bench.instance(&id).await, settled);
    assert_eq!(bench.allocations().await, 1);
}

#[tokio::test]
async fn a_launch_that_fails_gives_back_room_and_ports_and_leaves_its_host() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.port(&id).await;
    let request = bench.request_of(&id).await;
    bench.failed(&id, &request, VmState::Error).await.unwrap();
    let failed = bench.instance(&id).await;
    assert_eq!((failed.vm_state, failed.task_state, failed.host.clone()), (VmState::Error, None, None));
    assert!(failed.fault.as_ref().unwrap().reason.to_string().contains("on purpose"));
    assert_eq!((bench.allocations().await, bench.ports().await), (0, 0));
    let again = bench.failed(&id, &request, VmState::Error).await;
    assert!(matches!(again, Err(Reason::NotFound { .. })), "it is on no host any more");
    assert_eq!(bench.instance(&id).await, failed);
}

#[tokio::test]
async fn another_host_learns_and_changes_nothing() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let before = bench.instance(&id).await;
    let request = bench.request_of(&id).await;
    let ask = |host: &str| ConductorMessage::Instance {
        host: host.into(),
        instance_id: id.clone(),
        request_id: request.clone(),
        for_launch: false,
    };
    assert!(matches!(bench.tell(ask("stranger")).await, Err(Reason::NotFound { .. })));
    let spec: InstanceSpec = serde_json::from_value(bench.tell(ask(HOST)).await.unwrap()).unwrap();
    assert_eq!((spec.name.as_str(), spec.ram_mb), ("a", 64));
    let power = |host: &str| ConductorMessage::Power {
        host: host.into(),
        instance_id: id.clone(),
        power_state: PowerState::Shutdown,
    };
    assert!(bench.tell(power("stranger")).await.is_err());
    assert_eq!(bench.instance(&id).await, before);
    bench.tell(power(HOST)).await.unwrap();
    assert_eq!(bench.instance(&id).await.vm_state, VmState::Stopped);
}

#[tokio::test]
async fn the_configuration_of_a_launch_comes_with_steps_15_to_18() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    let request_id = bench.request_of(&id).await;
    let ask = ConductorMessage::Instance { host: HOST.into(), instance_id: id.clone(), request_id, for_launch: true };
    bench.tell(ask.clone()).await.unwrap();
    bench.tell(ask).await.unwrap();
    let rows = bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap();
    let numbers: Vec<u8> = rows.iter().map(|row| row.step.unwrap().number()).collect();
    assert_eq!(numbers, [8, 9, 10, 11, 12, 15, 16, 17, 18]);
}

#[tokio::test]
async fn a_row_sent_twice_is_one_row_and_rows_of_a_foreign_request_are_refused() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    let request = bench.request_of(&id).await;
    let version = bench.instance(&id).await.version;
    for _ in 0..2 {
        bench.tell(steps(&id, &request, Step::AGENT_TOOK)).await.unwrap();
    }
    assert!(bench.instance(&id).await.version > version, "pages must hear of it");
    let rows = bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap();
    let mine: Vec<_> = rows.iter().filter(|row| row.step == Some(Step::AGENT_TOOK)).collect();
    assert_eq!((mine.len(), mine[0].host.as_deref()), (1, Some(HOST)));
    assert!(bench.tell(steps(&id, "req-foreign", Step::AGENT_TOOK)).await.is_err());
}

#[tokio::test]
async fn a_verb_runs_once_at_a_time_and_its_row_ends_with_it() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let compute = &bench.cloud.services.compute;
    let ctx = bench.asking("req-stop");
    let stopping = compute.act(&ctx, &id, Verb::Stop, None).await.unwrap();
    assert_eq!(stopping.task_state, Some(TaskState::PoweringOff));
    let second = compute.act(&ctx, &id, Verb::Pause, None).await.unwrap_err();
    assert!(matches!(second.reason, Reason::Busy { .. }), "{second}");
    let sent = bench.messages_to(HOST).await;
    assert!(matches!(sent.last(), Some(ComputeMessage::Act { verb: Verb::Stop, token: None, .. })));

    bench.settled(&id, "req-late", VmState::Active, PowerState::Running).await.unwrap();
    assert_eq!(bench.instance(&id).await.task_state, Some(TaskState::PoweringOff), "another request's report");
    bench.settled(&id, "req-stop", VmState::Stopped, PowerState::Shutdown).await.unwrap();
    assert_eq!(bench.instance(&id).await.status().as_str(), "SHUTOFF");
    let row = compute.timeline(&ctx, &id).await.unwrap().pop().unwrap();
    assert_eq!((row.action.as_str(), row.result, row.finished_at.is_some()), ("stop", StepResult::Done, true));
}

#[tokio::test]
async fn a_verb_that_fails_leaves_a_fault_and_the_next_success_heals_it() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    let compute = &bench.cloud.services.compute;
    compute.act(&bench.ctx, &id, Verb::Pause, None).await.unwrap();
    let request = bench.task_request(&id).await.unwrap();
    bench.failed(&id, &request, VmState::Active).await.unwrap();
    let instance = bench.instance(&id).await;
    assert_eq!((instance.vm_state, instance.task_state), (VmState::Active, None));
    assert!(instance.fault.is_some());
    compute.act(&bench.ctx, &id, Verb::Pause, None).await.unwrap();
    let request = bench.task_request(&id).await.unwrap();
    bench.settled(&id, &request, VmState::Paused, PowerState::Paused).await.unwrap();
    assert_eq!(bench.instance(&id).await.fault, None);
}

#[tokio::test]
async fn deleted_while_it_is_built_it_ignores_its_launch_and_gives_everything_back_in_the_end() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.port(&id).await;
    let launch = bench.request_of(&id).await;
    let ctx = bench.asking("req-delete");
    bench.cloud.services.compute.act(&ctx, &id, Verb::Delete, None).await.unwrap();

    let task = ConductorMessage::Task {
        host: HOST.into(),
        instance_id: id.clone(),
        request_id: launch.clone(),
        task: TaskState::Spawning,
        percent: None,
    };
    bench.tell(task).await.unwrap();
    bench.failed(&id, &launch, VmState::Error).await.unwrap();
    bench.settled(&id, &launch, VmState::Active, PowerState::Running).await.unwrap();
    assert_eq!(bench.instance(&id).await.task_state, Some(TaskState::Deleting));

    bench.settled(&id, "req-delete", VmState::Deleted, PowerState::NoState).await.unwrap();
    assert!(bench.find(&id).await.is_none());
    assert_eq!((bench.allocations().await, bench.ports().await), (0, 0));
    let again = bench.settled(&id, "req-delete", VmState::Deleted, PowerState::NoState).await;
    assert!(matches!(again, Err(Reason::NotFound { .. })));
}
