//! Whole launches and verbs, on a pretended hypervisor.

mod images;
mod volumes;

use std::time::Duration;

use super::testing::{Control, Records};
use super::{Agent, Driver};
use crate::bus::contract::ConductorMessage;
use crate::model::state::{PowerState, Verb, VmState};
use crate::model::step::StepResult;
use crate::model::{InstanceId, Reason};

const ID: &str = "d81ae412-09cd-4a35-bd63-db74d8846f17";
const OTHER: &str = "e92bf523-1ade-4b46-8e74-ec85e9957028";

fn simulated() -> Driver {
    Driver::Simulated { vcpus: 8, ram_mb: 8192, disk_gb: 100, start_takes: Duration::ZERO }
}

async fn launched() -> (Control, Agent, InstanceId) {
    let control = Control::start(vec![7; 100_000]).await;
    let agent = control.agent(simulated()).await;
    let id = control.place(ID);
    control.build(&id).await;
    control.end(&id).await;
    (control, agent, id)
}

fn is_settled(end: &ConductorMessage, state: VmState, power: PowerState) -> bool {
    matches!(end, ConductorMessage::Settled { vm_state, power_state, .. } if *vm_state == state && *power_state == power)
}

/// The instances that have files on the host.
fn directories(control: &Control) -> Vec<String> {
    let entries = std::fs::read_dir(control.state_dir().join("instances")).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn a_launch_takes_every_step_of_the_agent_and_ends_active() {
    let (control, _agent, id) = launched().await;
    let end = control.end(&id).await;
    assert!(is_settled(&end, VmState::Active, PowerState::Running), "{end:?}");
    let steps = control.step_results(&id);
    assert_eq!(steps.keys().copied().collect::<Vec<_>>(), [13, 14, 19, 20, 22, 23, 25, 26, 28, 29]);
    assert!(steps.values().all(|result| *result == StepResult::Done), "{steps:?}");
}

#[tokio::test]
async fn a_port_whose_making_was_not_answered_is_found_and_not_made_twice() {
    let control = Control::start(vec![7; 100_000]).await;
    control.with(|records| records.lost_answers = 1);
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    control.build(&id).await;
    let end = control.end(&id).await;
    assert!(is_settled(&end, VmState::Active, PowerState::Running), "{end:?}");
    let ports = |records: &mut Records| records.plan.iter().flat_map(|plan| &plan.ports).count();
    assert_eq!(control.with(ports), control.with(|records| records.specs[&id].nics.len()));
}

#[tokio::test]
async fn each_step_is_reported_before_the_next_one_s_work_begins() {
    let (control, _agent, _id) = launched().await;
    control.with(|records| {
        let mut running = Vec::new();
        for event in &records.steps {
            let step = event.step.unwrap();
            match event.result {
                StepResult::Running => running.push(step),
                StepResult::Done => running.retain(|open| *open != step),
                _ => panic!("{event:?}"),
            }
            assert!(running.len() <= 1, "{running:?}");
        }
        assert_eq!(running, []);
    });
}

#[tokio::test]
async fn verbs_end_in_the_states_that_they_promise() {
    let (control, _agent, id) = launched().await;
    for (verb, power_state) in [
        (Verb::Stop, PowerState::Shutdown),
        (Verb::Start, PowerState::Running),
        (Verb::Reboot, PowerState::Running),
        (Verb::HardReboot, PowerState::Running),
        (Verb::Pause, PowerState::Paused),
        (Verb::Unpause, PowerState::Running),
        (Verb::Suspend, PowerState::Suspended),
        (Verb::Resume, PowerState::Running),
        (Verb::Rebuild, PowerState::Running),
    ] {
        let end = control.act_and_wait(&id, verb).await;
        assert!(is_settled(&end, verb.outcome(VmState::Active), power_state), "{verb}: {end:?}");
    }
    let end = control.act_and_wait(&id, Verb::Delete).await;
    assert!(is_settled(&end, VmState::Deleted, PowerState::NoState), "{end:?}");
    assert_eq!(directories(&control), [""; 0]);
}

#[tokio::test]
async fn a_launch_fails_with_the_service_s_own_words_and_leaves_nothing() {
    let control = Control::start(vec![7; 100_000]).await;
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    control.with(|records| records.sha256 = "0".repeat(64));
    control.build(&id).await;
    match control.end(&id).await {
        ConductorMessage::Failed { vm_state, reason, .. } => {
            assert_eq!(vm_state, VmState::Error);
            assert!(matches!(reason, Reason::ImageChecksumMismatch { .. }), "{reason}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(control.step_results(&id).get(&22), Some(&StepResult::Failed));
    assert_eq!(directories(&control), [""; 0]);
    assert_eq!(std::fs::read_dir(control.state_dir().join("cache")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_failure_after_the_network_was_wired_undoes_the_wiring() {
    let control = Control::start(vec![7; 100_000]).await;
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    // The disk cannot be made where a file is in the way.
    std::fs::write(control.state_dir().join("instances").join(ID), "in the way").unwrap();
    control.build(&id).await;
    assert!(matches!(control.end(&id).await, ConductorMessage::Failed { .. }));
    let steps = control.step_results(&id);
    assert_eq!((steps.get(&25), steps.get(&29)), (Some(&StepResult::Undone), Some(&StepResult::Failed)));
}

#[tokio::test]
async fn a_message_that_comes_again_makes_no_second_instance() {
    let (control, _agent, id) = launched().await;
    control.build(&id).await;
    control.until("a second report", |records| records.ends.len() == 2).await;
    control.with(|records| {
        assert!(records.ends.iter().all(|end| is_settled(end, VmState::Active, PowerState::Running)));
        assert_eq!(records.plan.as_ref().unwrap().ports.len(), 1);
        assert_eq!(records.downloads, 1);
    });
}

#[tokio::test]
async fn launches_at_once_share_one_download() {
    let control = Control::start(vec![7; 1_000_000]).await;
    let _agent = control.agent(simulated()).await;
    let (one, two) = (control.place(ID), control.place(OTHER));
    control.build(&one).await;
    control.build(&two).await;
    control.end(&one).await;
    control.end(&two).await;
    assert_eq!(control.with(|records| records.downloads), 1);
}

#[tokio::test]
async fn a_delete_breaks_a_launch_off() {
    let control = Control::start(vec![7; 100_000]).await;
    let slow = Driver::Simulated { vcpus: 8, ram_mb: 8192, disk_gb: 100, start_takes: Duration::from_millis(200) };
    let _agent = control.agent(slow).await;
    let id = control.place(ID);
    control.build(&id).await;
    control.until("the launch began", |records| !records.steps.is_empty()).await;
    let end = control.act_and_wait(&id, Verb::Delete).await;
    assert!(is_settled(&end, VmState::Deleted, PowerState::NoState), "{end:?}");
    assert_eq!(directories(&control), [""; 0]);
}

#[tokio::test]
async fn what_the_records_do_not_know_is_removed_and_what_they_know_stays() {
    let (control, agent, id) = launched().await;
    let other = control.place(OTHER);
    control.build(&other).await;
    control.end(&other).await;
    drop(agent);
    control.with(|records| records.specs.remove(&id));
    let _agent = control.agent(simulated()).await;
    let gone = async {
        while directories(&control) != [OTHER] {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), gone).await.expect("the orphan stays");
}

#[tokio::test]
async fn nics_come_and_go_while_the_instance_runs() {
    let (control, _agent, id) = launched().await;
    let further = control.add_port(&id);
    control.rewire(&id, None).await.unwrap();
    assert_eq!(nics(&control).len(), 2);
    control.rewire(&id, None).await.unwrap();
    assert_eq!(nics(&control).len(), 2, "what is plugged already is left alone");
    control.rewire(&id, Some(&further)).await.unwrap();
    assert_eq!(nics(&control).len(), 1);
    assert!(!nics(&control).contains(&further.to_string()));
    // The port is still bound, so the comparison with the records plugs it in again.
    let again = async {
        while nics(&control).len() != 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), again).await.expect("the port stays unplugged");
}

/// The ports of the only domain that the pretended host knows.
fn nics(control: &Control) -> Vec<String> {
    let text = std::fs::read(control.state_dir().join("simulated-domains.json")).unwrap();
    let domains: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let ports = domains[ID]["domain"]["ports"].as_array().unwrap();
    ports.iter().map(|port| port["port_id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_wrong_token_is_refused_in_the_service_s_name() {
    let control = Control::start(vec![7; 1000]).await;
    let _agent = control.agent(simulated()).await;
    let id = control.place(ID);
    control.build_with_token(&id, "stolen").await;
    match control.end(&id).await {
        ConductorMessage::Failed { reason: Reason::ServiceRefused { service, status, .. }, .. } => {
            assert_eq!((service.as_str(), status), ("image", 401));
        }
        other => panic!("{other:?}"),
    }
}
