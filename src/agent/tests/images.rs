//! Images of instances, on a pretended hypervisor.

use super::{ID, OTHER, is_settled, launched, simulated};
use crate::agent::testing::Control;
use crate::bus::contract::ConductorMessage;
use crate::model::state::{PowerState, Verb, VmState};
use crate::model::{InstanceId, Reason};

/// An image that waits for the instance's data.
fn wanted(control: &Control, id: &InstanceId) {
    control.with(|records| {
        records.queued.insert(OTHER.to_owned(), None);
        records.specs.get_mut(id).unwrap().uploads_to = Some(OTHER.into());
    });
}

fn on_their_way(control: &Control) -> usize {
    std::fs::read_dir(control.state_dir().join("uploads")).unwrap().count()
}

#[tokio::test]
async fn a_disk_is_sent_and_the_instance_is_as_before() {
    let (control, _agent, id) = launched().await;
    for (verb, state, power) in
        [(None, VmState::Active, PowerState::Running), (Some(Verb::Pause), VmState::Paused, PowerState::Paused)]
    {
        if let Some(verb) = verb {
            control.act_and_wait(&id, verb).await;
        }
        wanted(&control, &id);
        let end = control.act_and_wait(&id, Verb::CreateImage).await;
        assert!(is_settled(&end, state, power), "{end:?}");
        let data = control.with(|records| records.queued[OTHER].clone()).unwrap();
        assert!(data.starts_with(b"QFI\xfb"));
    }
    assert_eq!(on_their_way(&control), 0);
}

#[tokio::test]
async fn an_image_that_is_gone_fails_and_leaves_nothing() {
    let (control, _agent, id) = launched().await;
    control.with(|records| {
        records.specs.get_mut(&id).unwrap().uploads_to = Some("gone".into());
        records.gone_images.insert("gone".into());
    });
    let end = control.act_and_wait(&id, Verb::CreateImage).await;
    let is_refusal = |reason: &Reason| matches!(reason, Reason::ServiceRefused { status: 404, .. });
    assert!(
        matches!(&end, ConductorMessage::Failed { reason, vm_state: VmState::Active, .. } if is_refusal(reason)),
        "{end:?}"
    );
    assert_eq!(on_their_way(&control), 0);
}

#[tokio::test]
async fn what_an_agent_that_died_had_on_its_way_is_removed() {
    let control = Control::start(vec![7; 1000]).await;
    drop(control.agent(simulated()).await);
    std::fs::write(control.state_dir().join("uploads").join(ID), "half").unwrap();
    let _agent = control.agent(simulated()).await;
    assert_eq!(on_their_way(&control), 0);
}
