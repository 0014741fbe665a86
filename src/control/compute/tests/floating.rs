//! Floating IPs of instances: shown with them, and left behind when they go.

use super::*;
use crate::bus::contract::NetworkMessage;
use crate::control::workflow::release;
use crate::model::network::{NewNetwork, NewPort, NewSubnet};
use crate::model::router::{InterfaceBy, NewFloatingIp, NewGateway, NewRouter};
use crate::model::{NetworkId, SubnetId};

async fn network(bench: &Bench, external: bool, cidr: &str) -> (NetworkId, SubnetId) {
    let service = &bench.cloud.services.network;
    let name = if external { "outside" } else { "inside" }.to_owned();
    let network = NewNetwork {
        name,
        description: String::new(),
        admin_state_up: true,
        shared: false,
        external,
        mtu: None,
        provider_type: None,
        physical_network: None,
        segmentation_id: None,
        port_security: None,
    };
    let network = service.create_network(&bench.ctx, network).await.unwrap();
    let subnet = NewSubnet { network_id: network.id.to_string(), cidr: cidr.into(), ..NewSubnet::default() };
    (network.id, service.create_subnet(&bench.ctx, subnet).await.unwrap().id)
}

#[tokio::test]
async fn an_instance_shows_its_floating_ip_and_gives_it_up_when_it_goes() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let (service, ctx) = (&bench.cloud.services.network, &bench.ctx);
    let (out, _) = network(&bench, true, "203.0.113.0/24").await;
    let (inner, subnet) = network(&bench, false, "10.0.0.0/24").await;
    let gateway = NewGateway { network_id: out.clone(), enable_snat: None, fixed_ip: None };
    let router =
        NewRouter { name: "r".into(), description: String::new(), admin_state_up: true, gateway: Some(gateway) };
    let router = service.create_router(ctx, router).await.unwrap();
    service.add_router_interface(ctx, &router.id, InterfaceBy::Subnet(subnet)).await.unwrap();
    let id = bench.launched("vm", 64).await;
    let port = NewPort {
        network_id: inner,
        device_id: id.to_string(),
        device_owner: "compute:nova".into(),
        ..NewPort::default()
    };
    let port = service.create_port(ctx, port).await.unwrap();
    let floating = NewFloatingIp {
        network_id: out,
        address: None,
        description: String::new(),
        port_id: Some(port.id.clone()),
        fixed_ip: None,
    };
    let floating = service.create_floating_ip(ctx, floating).await.unwrap();
    assert_eq!(floating.target.as_ref().unwrap().device_id, id.as_str());

    let seen = bench.cloud.services.compute.instance(ctx, &id).await.unwrap().addresses;
    let seen: Vec<_> = seen.iter().map(|address| (address.ip.as_str(), address.floating)).collect();
    assert_eq!(seen, [("10.0.0.2", false), ("203.0.113.3", true)]);
    let filter = crate::model::instance::InstanceFilter { ip: Some("203.0.113.3".into()), ..Default::default() };
    let page = crate::model::page::PageRequest { offset: 0, limit: 9, sort: Default::default(), descending: false };
    assert_eq!(bench.cloud.services.compute.instances(ctx, &filter, page).await.unwrap().total, 1);

    bench.outbox_emptied().await;
    let mut tx = bench.shared().db.write().await.unwrap();
    release::deleted(&mut tx, &id, bench.shared().now()).await.unwrap();
    tx.commit().await.unwrap();
    let left = service.floating_ip(ctx, &floating.id).await.unwrap();
    assert_eq!((left.address, left.target), (floating.address, None), "it is the project's still, and leads nowhere");
    let waiting = outbox::after(bench.shared().db.read(), 0, 100).await.unwrap();
    let told: Vec<NetworkMessage> = waiting.into_iter().map(|row| row.envelope.open().unwrap()).collect();
    assert!(told.contains(&NetworkMessage::RouterChanged { router_id: router.id }), "{told:?}");
}
