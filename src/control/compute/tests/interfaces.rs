//! Ports that come to an instance, or leave it, while it runs.

use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;

use super::*;
use crate::bus;
use crate::model::launch::NicRequest;
use crate::model::network::{NewNetwork, NewPort, NewSubnet, Port};
use crate::model::{Error, Kind, NetworkId, PortId};

/// A host that plugs whatever it is told, unless it refuses for now.
#[derive(Default)]
struct Plugs {
    refuses: AtomicBool,
}

#[async_trait]
impl Handler for Plugs {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(ComputeMessage::Rewire { .. }) if self.refuses.load(Ordering::SeqCst) => {
                Outcome::Done(Err(Reason::HypervisorRefused { why: "no slot is free".into() }))
            }
            Ok(ComputeMessage::Rewire { .. }) => bus::answer(&()),
            other => Outcome::Retry(format!("{other:?}")),
        }
    }
}

struct Wired {
    bench: Bench,
    id: InstanceId,
    network: NetworkId,
    host: Arc<Plugs>,
    _consumer: bus::Consumer,
}

impl Wired {
    async fn new() -> Self {
        let bench = Bench::new().await;
        bench.host(HOST, 1000).await;
        let id = bench.running("a").await;
        let host = Arc::new(Plugs::default());
        let _consumer = bench.shared().bus.consume(Topic::compute(HOST), 1, host.clone()).await.unwrap();
        let network = NewNetwork {
            name: "net".into(),
            description: String::new(),
            admin_state_up: true,
            shared: false,
            external: false,
            mtu: None,
            provider_type: None,
            physical_network: None,
            segmentation_id: None,
            port_security: None,
        };
        let service = &bench.cloud.services.network;
        let network = service.create_network(&bench.ctx, network).await.unwrap().id;
        let subnet = NewSubnet { network_id: network.to_string(), cidr: "10.0.0.0/24".into(), ..NewSubnet::default() };
        service.create_subnet(&bench.ctx, subnet).await.unwrap();
        Self { bench, id, network, host, _consumer }
    }

    async fn free_port(&self) -> PortId {
        let port = NewPort { network_id: self.network.clone(), ..NewPort::default() };
        self.bench.cloud.services.network.create_port(&self.bench.ctx, port).await.unwrap().id
    }

    async fn attach(&self, port_id: Option<PortId>) -> Result<Port, Error> {
        let nic = NicRequest { network_id: self.network.clone(), fixed_ip: None, port_id };
        self.bench.cloud.services.compute.attach_port(&self.bench.ctx, &self.id, nic).await
    }

    async fn detach(&self, port: &PortId) -> Result<(), Error> {
        self.bench.cloud.services.compute.detach_port(&self.bench.ctx, &self.id, port).await
    }

    async fn ports(&self) -> Vec<PortId> {
        let ports = self.bench.cloud.services.compute.ports(&self.bench.ctx, &self.id).await.unwrap();
        ports.into_iter().map(|port| port.id).collect()
    }

    async fn device_of(&self, port: &PortId) -> Option<String> {
        let port = self.bench.cloud.services.network.port(&self.bench.ctx, port).await;
        port.ok().map(|port| port.device_id)
    }
}

#[tokio::test]
async fn a_port_made_for_the_instance_goes_with_its_nic_and_one_made_before_stays() {
    let wired = Wired::new().await;
    let made = wired.attach(None).await.unwrap();
    assert_eq!((made.host.as_str(), made.device_id.as_str()), (HOST, wired.id.as_str()));
    let before = wired.free_port().await;
    wired.attach(Some(before.clone())).await.unwrap();
    assert_eq!(wired.ports().await, [made.id.clone(), before.clone()], "in the order in which they came");

    wired.detach(&made.id).await.unwrap();
    wired.detach(&before).await.unwrap();
    assert_eq!(wired.ports().await, []);
    assert_eq!(wired.device_of(&made.id).await, None);
    assert_eq!(wired.device_of(&before).await, Some(String::new()));
    let rows = wired.bench.cloud.services.compute.timeline(&wired.bench.ctx, &wired.id).await.unwrap();
    let said: Vec<&str> = rows.iter().filter(|row| row.step.is_none()).map(|row| row.action.as_str()).collect();
    assert_eq!(said, ["attach_interface", "attach_interface", "detach_interface", "detach_interface"]);
}

#[tokio::test]
async fn what_the_host_refuses_leaves_everything_as_it_was() {
    let wired = Wired::new().await;
    let made = wired.attach(None).await.unwrap();
    let before = wired.free_port().await;
    wired.host.refuses.store(true, Ordering::SeqCst);
    for refused in [wired.attach(None).await.err(), wired.attach(Some(before.clone())).await.err()] {
        assert!(matches!(refused.unwrap().reason, Reason::HypervisorRefused { .. }));
    }
    assert!(wired.detach(&made.id).await.is_err());
    assert_eq!(wired.ports().await, [made.id]);
    assert_eq!(wired.device_of(&before).await, Some(String::new()));
    assert_eq!(wired.bench.count("SELECT count(*) FROM ports WHERE device_owner LIKE 'compute:%'").await, 1);
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused_before_anything_is_done() {
    let wired = Wired::new().await;
    let made = wired.attach(None).await.unwrap();
    let taken = wired.attach(Some(made.id.clone())).await.unwrap_err();
    assert!(matches!(taken.reason, Reason::InUse { .. }), "{taken}");
    assert_eq!(wired.attach(Some("none".into())).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(wired.detach(&"none".into()).await.unwrap_err().kind(), Kind::NotFound);

    let building = wired.bench.placed("b", 64).await;
    let nic = NicRequest { network_id: wired.network.clone(), fixed_ip: None, port_id: None };
    let early = wired.bench.cloud.services.compute.attach_port(&wired.bench.ctx, &building, nic).await.unwrap_err();
    assert!(matches!(early.reason, Reason::Busy { .. }), "{early}");
}
