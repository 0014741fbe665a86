//! The scheduler against the records.

use super::*;
use crate::model::scheduling::Refusal;
use crate::model::state::Verb;
use crate::model::step::StepResult;

#[tokio::test]
async fn a_placed_instance_has_a_host_its_room_its_decision_and_one_message() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    let instance = bench.instance(&id).await;
    assert_eq!((instance.host.as_deref(), instance.vm_state), (Some(HOST), VmState::Building));
    assert_eq!(bench.allocations().await, 1);
    let told = bench.messages_to(HOST).await;
    let request_id = bench.request_of(&id).await;
    assert_eq!(told, [ComputeMessage::Build { instance_id: id.clone(), request_id, token: "secret".into() }]);
    let compute = &bench.cloud.services.compute;
    assert_eq!(compute.decision(&bench.ctx, &id).await.unwrap().unwrap().chosen.as_deref(), Some(HOST));
    let steps = compute.timeline(&bench.ctx, &id).await.unwrap();
    let done: Vec<u8> = steps.iter().filter(|row| row.result == StepResult::Done).map(number).collect();
    assert_eq!(done, [8, 9, 10, 11, 12]);
}

fn number(row: &crate::model::step::StepEvent) -> u8 {
    row.step.unwrap().number()
}

#[tokio::test]
async fn told_twice_the_scheduler_tells_the_same_host_again_and_takes_nothing_more() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.host("host-0", 100_000).await;
    bench.schedule(&id).await;
    assert_eq!(bench.instance(&id).await.host.as_deref(), Some(HOST));
    assert_eq!(bench.allocations().await, 1);
    assert_eq!(bench.messages_to(HOST).await.len(), 2);
    assert!(bench.messages_to("host-0").await.is_empty());
}

#[tokio::test]
async fn an_instance_that_fits_nowhere_ends_with_the_filter_the_host_and_the_numbers() {
    let bench = Bench::new().await;
    bench.host("host-7", 1000).await;
    let id = bench.placed("a", 2048).await;
    let instance = bench.instance(&id).await;
    assert_eq!((instance.vm_state, instance.task_state, instance.host), (VmState::Error, None, None));
    let fault = instance.fault.unwrap().reason.to_string();
    for part in ["RamFilter", "host-7", "2048", "1000"] {
        assert!(fault.contains(part), "{part} in {fault}");
    }
    assert_eq!(bench.allocations().await, 0);
    let steps = bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap();
    let last = steps.last().unwrap();
    assert_eq!((last.step, last.result), (Some(Step::HOST_CHOSEN), StepResult::Failed));
    // Told again, it changes nothing.
    let before = bench.instance(&id).await;
    bench.schedule(&id).await;
    assert_eq!(bench.instance(&id).await, before);
}

#[tokio::test]
async fn of_two_that_race_for_the_last_room_one_wins_and_the_other_is_told_the_numbers() {
    let bench = Bench::new().await;
    bench.host(HOST, 100).await;
    let (one, other) = (bench.launched("a", 64).await, bench.launched("b", 64).await);
    tokio::join!(bench.schedule(&one), bench.schedule(&other));
    let (mut won, mut lost) = (Vec::new(), Vec::new());
    for id in [&one, &other] {
        let instance = bench.instance(id).await;
        if instance.host.is_some() { won.push(instance) } else { lost.push(instance) }
    }
    assert_eq!((won.len(), lost.len(), bench.allocations().await), (1, 1, 1));
    let decision = bench.cloud.services.compute.decision(&bench.ctx, &lost[0].id).await.unwrap().unwrap();
    let last = decision.filters.last().unwrap();
    let numbers = match last.refused[0].refusal.clone() {
        Refusal::LostRace { needed, free, .. } | Refusal::NotEnough { needed, free, .. } => (needed, free),
        other => panic!("{other:?}"),
    };
    assert_eq!(numbers, (64, 36));
}

#[tokio::test]
async fn an_instance_deleted_before_it_was_placed_takes_nothing_afterwards() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.launched("a", 64).await;
    let request_id = bench.request_of(&id).await;
    let deleted = bench.cloud.services.compute.act(&bench.ctx, &id, Verb::Delete, None).await.unwrap();
    assert_eq!(deleted.vm_state, VmState::Deleted);
    let message = Envelope::new(&request_id, &bench.place_message(&id, &request_id));
    Scheduler::new(bench.shared().clone()).handle(message).await;
    assert_eq!(bench.allocations().await, 0);
    assert!(bench.messages_to(HOST).await.is_empty());
    assert_eq!(bench.count("SELECT count(*) FROM outbox").await, 0, "its token no longer waits anywhere");
}
