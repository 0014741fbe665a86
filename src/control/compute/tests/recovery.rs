//! What the reconcilers make of what a crash leaves behind.

use chrono::TimeDelta;

use super::*;
use crate::control::store::db;
use crate::control::workflow::reconcile;
use crate::model::state::Verb;
use crate::model::step::StepResult;

impl Bench {
    async fn at_start(&self) {
        reconcile::at_start(self.shared()).await;
    }

    /// What happens regularly, in a process that runs for long already.
    async fn regularly(&self) {
        reconcile::overdue(self.shared(), Default::default()).await.unwrap();
    }
}

#[tokio::test]
async fn after_a_restart_a_launch_without_a_message_has_ended_and_one_with_a_message_goes_on() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let lost = bench.placed("lost", 64).await;
    bench.port(&lost).await;
    bench.outbox_emptied().await;
    let kept = bench.placed("kept", 64).await;
    bench.at_start().await;

    let instance = bench.instance(&lost).await;
    assert_eq!((instance.vm_state, instance.task_state, instance.host), (VmState::Error, None, None));
    let reason = instance.fault.unwrap().reason;
    assert_eq!(reason, Reason::Interrupted { step: "12, host chosen".into() });
    assert_eq!((bench.allocations().await, bench.ports().await), (1, 0));
    assert_eq!(bench.instance(&kept).await.task_state, Some(TaskState::Scheduling));

    let before = (bench.instance(&lost).await, bench.instance(&kept).await);
    bench.at_start().await;
    assert_eq!((bench.instance(&lost).await, bench.instance(&kept).await), before, "twice is once");
}

#[tokio::test]
async fn a_verb_that_nobody_answers_ends_with_a_fault_and_the_state_as_before() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.running("a").await;
    bench.cloud.services.compute.act(&bench.ctx, &id, Verb::Stop, None).await.unwrap();

    bench.cloud.clock.advance(TimeDelta::seconds(599));
    bench.regularly().await;
    assert_eq!(bench.instance(&id).await.task_state, Some(TaskState::PoweringOff), "it may still be at work");
    bench.cloud.clock.advance(TimeDelta::seconds(2));
    bench.regularly().await;

    let instance = bench.instance(&id).await;
    assert_eq!((instance.vm_state, instance.task_state), (VmState::Active, None));
    assert_eq!(instance.host.as_deref(), Some(HOST));
    assert!(instance.fault.unwrap().reason.to_string().contains(HOST));
    assert!(bench.messages_to(HOST).await.iter().all(|message| !matches!(message, ComputeMessage::Act { .. })));
    let row = bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap().pop().unwrap();
    assert_eq!(row.result, StepResult::Failed);
}

#[tokio::test]
async fn a_delete_that_nobody_answers_ends_in_error_even_of_an_instance_that_was_being_built() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    for id in [bench.running("whole").await, bench.placed("half", 64).await] {
        bench.cloud.services.compute.act(&bench.ctx, &id, Verb::Delete, None).await.unwrap();
        bench.cloud.clock.advance(TimeDelta::seconds(601));
        bench.regularly().await;

        let instance = bench.instance(&id).await;
        assert_eq!((instance.vm_state, instance.task_state), (VmState::Error, None), "{}", instance.name);
        assert!(instance.fault.unwrap().reason.to_string().contains(HOST));
        assert_eq!(instance.host.as_deref(), Some(HOST), "something of it may be there");
        bench.cloud.services.compute.act(&bench.ctx, &id, Verb::Delete, None).await.unwrap();
    }
}

#[tokio::test]
async fn an_overdue_launch_on_a_silent_host_keeps_its_addresses_for_its_guest_may_run() {
    let bench = Bench::new().await;
    for (is_silent, held) in [(true, 1), (false, 0)] {
        bench.host(HOST, 1000).await;
        let id = bench.placed("a", 64).await;
        bench.port(&id).await;
        bench.cloud.clock.advance(TimeDelta::seconds(601));
        if !is_silent {
            bench.host(HOST, 1000).await;
        }
        bench.regularly().await;
        let instance = bench.instance(&id).await;
        assert_eq!((instance.vm_state, instance.task_state), (VmState::Error, None));
        assert_eq!((bench.allocations().await, bench.ports().await), (held, held), "silent: {is_silent}");
        bench.cloud.services.compute.act(&bench.ctx, &id, Verb::Delete, None).await.unwrap();
        if is_silent {
            let request = bench.task_request(&id).await.unwrap();
            bench.settled(&id, &request, VmState::Deleted, PowerState::NoState).await.unwrap();
        }
    }
}

#[tokio::test]
async fn a_task_that_waited_out_a_stop_gets_its_whole_time_again() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.cloud.clock.advance(TimeDelta::hours(1));
    let began = bench.shared().now();
    bench.cloud.clock.advance(TimeDelta::seconds(600));
    reconcile::overdue(bench.shared(), began).await.unwrap();
    assert_eq!(bench.instance(&id).await.vm_state, VmState::Building);
    bench.cloud.clock.advance(TimeDelta::seconds(1));
    reconcile::overdue(bench.shared(), began).await.unwrap();
    assert_eq!(bench.instance(&id).await.vm_state, VmState::Error);
}

#[tokio::test]
async fn a_step_that_was_just_reported_is_progress() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.cloud.clock.advance(TimeDelta::seconds(599));
    let started_at = bench.shared().now();
    bench.cloud.services.compute.note_step(&bench.ctx, &id, Step::IMAGE_TOKEN_CHECKED, started_at).await.unwrap();
    bench.cloud.clock.advance(TimeDelta::seconds(599));
    bench.regularly().await;
    assert_eq!(bench.instance(&id).await.vm_state, VmState::Building);
    bench.cloud.clock.advance(TimeDelta::seconds(2));
    bench.regularly().await;
    let reason = bench.instance(&id).await.fault.unwrap().reason;
    assert_eq!(reason, Reason::Stalled { step: "21, image token checked".into(), seconds: 601 });
}

#[tokio::test]
async fn what_instances_that_are_gone_still_hold_is_given_back() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let alive = bench.running("alive").await;
    bench.port(&alive).await;
    bench.port(&"never-was".into()).await;
    let mut tx = bench.shared().db.write().await.unwrap();
    let orphan = "INSERT INTO allocations VALUES ('never-was', $1, 1, 1, 1)";
    db::query(orphan).bind(HOST).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!((bench.allocations().await, bench.ports().await), (2, 2));
    bench.at_start().await;
    assert_eq!((bench.allocations().await, bench.ports().await), (1, 1));
}
