//! What a host that somebody has captured can ask of the conductor, and say to it.

use super::*;
use crate::bus::Sender;
use crate::bus::contract::{AttachmentNews, MetadataOf, VolumeNews};
use crate::model::step::{StepEvent, StepResult};
use crate::model::{NetworkId, RouterId};

const CAPTURED: &str = "host-2";

/// A launch step, as an agent reports it.
fn row(id: &InstanceId, request: &str) -> StepEvent {
    StepEvent {
        instance_id: id.clone(),
        request_id: request.into(),
        action: "create".into(),
        step: Some(Step::AGENT_TOOK),
        host: None,
        result: StepResult::Done,
        started_at: Default::default(),
        finished_at: None,
        detail: None,
        fault: None,
    }
}

fn every_message(host: &str, id: &InstanceId, request: &str) -> Vec<ConductorMessage> {
    let (host, instance_id, request_id) = (host.to_owned(), id.clone(), request.to_owned());
    let row = row(id, request);
    let ip = [10, 0, 0, 9].into();
    let metadata = [
        MetadataOf::Instance { instance_id: id.clone() },
        MetadataOf::Network { network_id: NetworkId::from("n"), ip },
        MetadataOf::Router { router_id: RouterId::from("r"), ip },
    ];
    let mut all: Vec<ConductorMessage> = vec![
        ConductorMessage::Instance {
            host: host.clone(),
            instance_id: instance_id.clone(),
            request_id: request_id.clone(),
            for_launch: true,
        },
        ConductorMessage::InstancesOn { host: host.clone() },
        ConductorMessage::PortsOf { host: host.clone(), instance_id: instance_id.clone() },
        ConductorMessage::NetworksOn { host: host.clone() },
        ConductorMessage::Network { host: host.clone(), network_id: "n".into() },
        ConductorMessage::RoutersOn { host: host.clone() },
        ConductorMessage::Router { host: host.clone(), router_id: "r".into() },
        ConductorMessage::Firewall { host: host.clone() },
        ConductorMessage::Steps { host: host.clone(), events: vec![row] },
        ConductorMessage::Task {
            host: host.clone(),
            instance_id: instance_id.clone(),
            request_id: request_id.clone(),
            task: TaskState::Spawning,
            percent: None,
        },
        ConductorMessage::Settled {
            host: host.clone(),
            instance_id: instance_id.clone(),
            request_id: request_id.clone(),
            vm_state: VmState::Active,
            power_state: PowerState::Running,
        },
        ConductorMessage::Failed {
            host: host.clone(),
            instance_id: instance_id.clone(),
            request_id: request_id.clone(),
            vm_state: VmState::Error,
            power_state: PowerState::NoState,
            reason: Reason::Interrupted { step: "x".into() },
        },
        ConductorMessage::Power {
            host: host.clone(),
            instance_id: instance_id.clone(),
            power_state: PowerState::Crashed,
        },
        ConductorMessage::VolumesOf { host: host.clone(), instance_id: instance_id.clone() },
        ConductorMessage::VolumesOn { host: host.clone() },
        ConductorMessage::Volume { host: host.clone(), volume_id: "v".into() },
        ConductorMessage::VolumeNews {
            host: host.clone(),
            volume_id: "v".into(),
            request_id: request_id.clone(),
            news: VolumeNews::Progress { percent: 1 },
        },
        ConductorMessage::AttachmentNews {
            host: host.clone(),
            instance_id,
            attachment_id: "a".into(),
            request_id,
            news: AttachmentNews::Attached,
        },
    ];
    all.extend(metadata.map(|of| ConductorMessage::Metadata { host: host.clone(), of }));
    all
}

/// What there is to learn or change: an instance on another host, in the midst of its launch, with a port.
async fn bench() -> (Bench, InstanceId, String) {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let id = bench.placed("a", 64).await;
    bench.port(&id).await;
    let request = bench.request_of(&id).await;
    (bench, id, request)
}

#[tokio::test]
async fn nobody_speaks_in_another_host_s_name() {
    let (bench, id, request) = bench().await;
    let before = (bench.instance(&id).await, bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap());
    let captured = Sender::Host(CAPTURED.into());
    for message in every_message(HOST, &id, &request) {
        let answer = bench.cloud.tell_as(captured.clone(), message.clone()).await;
        assert!(matches!(answer, Err(Reason::Forbidden { .. })), "{message:?}: {answer:?}");
    }
    let after = (bench.instance(&id).await, bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap());
    assert_eq!(before, after);
}

#[tokio::test]
async fn in_its_own_name_it_learns_and_changes_nothing_of_another_s() {
    let (bench, id, request) = bench().await;
    let before = (bench.instance(&id).await, bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap());
    let captured = Sender::Host(CAPTURED.into());
    for message in every_message(CAPTURED, &id, &request) {
        let answer = bench.cloud.tell_as(captured.clone(), message.clone()).await;
        let empty = match &answer {
            Err(reason) => matches!(reason, Reason::NotFound { .. }),
            Ok(value) => {
                value.is_null()
                    || value.as_array().is_some_and(Vec::is_empty)
                    || *value == serde_json::json!({ "ports": [], "groups": [] })
            }
        };
        assert!(empty, "{message:?}: {answer:?}");
    }
    let after = (bench.instance(&id).await, bench.cloud.services.compute.timeline(&bench.ctx, &id).await.unwrap());
    assert_eq!(before, after);
    assert_eq!((bench.allocations().await, bench.ports().await), (1, 1));
}

#[tokio::test]
async fn rows_about_another_s_instance_are_not_written_beside_rows_of_its_own() {
    let (bench, theirs, request) = bench().await;
    bench.host(CAPTURED, 10_000).await;
    let mine = bench.placed("b", 5000).await;
    assert_eq!(bench.instance(&mine).await.host.as_deref(), Some(CAPTURED));
    let before = bench.cloud.services.compute.timeline(&bench.ctx, &theirs).await.unwrap();
    let events = vec![row(&mine, &bench.request_of(&mine).await), row(&theirs, &request)];
    let message = ConductorMessage::Steps { host: CAPTURED.into(), events };
    let answer = bench.cloud.tell_as(Sender::Host(CAPTURED.into()), message).await;
    assert!(matches!(answer, Err(Reason::NotFound { .. })), "{answer:?}");
    assert_eq!(bench.cloud.services.compute.timeline(&bench.ctx, &theirs).await.unwrap(), before);
}

#[tokio::test]
async fn a_host_cannot_make_its_instance_be_gone_that_nobody_deletes() {
    let (bench, id, request) = bench().await;
    let answer = bench.settled(&id, &request, VmState::Deleted, PowerState::NoState).await;
    assert!(matches!(answer, Err(Reason::InvalidInput { .. })), "{answer:?}");
    bench.settled(&id, &request, VmState::Active, PowerState::Running).await.unwrap();
    let ctx = bench.asking("req-stop");
    bench.cloud.services.compute.act(&ctx, &id, crate::model::state::Verb::Stop, None).await.unwrap();
    for vm_state in [VmState::Deleted, VmState::Building] {
        assert!(bench.failed(&id, "req-stop", vm_state).await.is_err(), "{vm_state}");
    }
    assert_eq!((bench.allocations().await, bench.ports().await), (1, 1));
}

/// The same over RabbitMQ, where the broker says who asks.
#[cfg(feature = "ssr")]
#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn over_rabbitmq_the_broker_says_who_asks() {
    use std::time::Duration;

    use crate::bus::amqp::AmqpBus;
    use crate::bus::amqp::testing::Rabbit;
    use crate::bus::contract::InstanceSpec;
    use crate::bus::{self, Bus as _, BusError};
    use crate::control::compute::Conductor;

    let rabbit = Rabbit::new().await;
    let control = rabbit.control().await;
    let (bench, id, request_id) = bench().await;
    let conductor = Arc::new(Conductor::new(bench.shared().clone()));
    let _consumer = control.consume(Topic::conductor(), 8, conductor).await.unwrap();
    let own = AmqpBus::connect(&rabbit.host(&control, HOST).await).await.unwrap();
    let captured = AmqpBus::connect(&rabbit.host(&control, CAPTURED).await).await.unwrap();
    let question = |host: &str| ConductorMessage::Instance {
        host: host.into(),
        instance_id: id.clone(),
        request_id: request_id.clone(),
        for_launch: false,
    };
    let ask = async |bus: &AmqpBus, host: &str| {
        bus::ask::<InstanceSpec>(bus, &Topic::conductor(), "req", &question(host), Duration::from_secs(30)).await
    };
    assert_eq!(ask(&own, HOST).await.unwrap().name, "a");
    assert!(matches!(ask(&captured, HOST).await, Err(BusError::Refused(Reason::Forbidden { .. }))));
    assert!(matches!(ask(&captured, CAPTURED).await, Err(BusError::Refused(Reason::NotFound { .. }))));
}
