//! Floating IPs of instances: shown with them, and left behind when they go.

use super::*;
use crate::bus::contract::NetworkMessage;
use crate::control::store::db;
use crate::control::workflow::release;
use crate::model::network::{NewNetwork, NewPort, NewSubnet};
use crate::model::reach::{Place, Question, Traffic};
use crate::model::router::{FloatingIp, InterfaceBy, NewFloatingIp, NewGateway, NewRouter, Router};
use crate::model::{InstanceId, NetworkId, SubnetId};

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

/// An instance that is reached from outside by a floating IP.
struct Reached {
    id: InstanceId,
    inner: NetworkId,
    router: Router,
    floating: FloatingIp,
}

async fn reached(bench: &Bench) -> Reached {
    bench.host(HOST, 1000).await;
    let (service, ctx) = (&bench.cloud.services.network, &bench.ctx);
    let (out, _) = network(bench, true, "203.0.113.0/24").await;
    let (inner, subnet) = network(bench, false, "10.0.0.0/24").await;
    let gateway = NewGateway { network_id: out.clone(), enable_snat: None, fixed_ip: None };
    let router =
        NewRouter { name: "r".into(), description: String::new(), admin_state_up: true, gateway: Some(gateway) };
    let router = service.create_router(ctx, router).await.unwrap();
    service.add_router_interface(ctx, &router.id, InterfaceBy::Subnet(subnet)).await.unwrap();
    let id = bench.launched("vm", 64).await;
    let port = NewPort {
        network_id: inner.clone(),
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
    Reached { id, inner, router, floating }
}

#[tokio::test]
async fn an_instance_shows_its_floating_ip_and_gives_it_up_when_it_goes() {
    let bench = Bench::new().await;
    let (service, ctx) = (&bench.cloud.services.network, &bench.ctx);
    let Reached { id, router, floating, .. } = reached(&bench).await;
    assert_eq!(floating.target.as_ref().unwrap().device_id, id.as_str());

    let seen = bench.cloud.services.compute.instance(ctx, &id).await.unwrap().addresses;
    let seen: Vec<_> = seen.iter().map(|address| (address.ip.as_str(), address.floating)).collect();
    assert_eq!(seen, [("10.0.0.2", false), ("203.0.113.3", true)]);
    let filter = crate::model::instance::InstanceFilter { ip: Some("203.0.113.3".into()), ..Default::default() };
    let page = crate::model::page::PageRequest { offset: 0, limit: 9, sort: Default::default(), descending: false };
    assert_eq!(bench.cloud.services.compute.instances(ctx, &filter, page).await.unwrap().total, 1);

    bench.outbox_emptied().await;
    let mut tx = bench.shared().db.write().await.unwrap();
    let _ = release::deleted(&mut tx, &id, bench.shared().now()).await.unwrap();
    tx.commit().await.unwrap();
    let left = service.floating_ip(ctx, &floating.id).await.unwrap();
    assert_eq!((left.address, left.target), (floating.address, None), "it is the project's still, and leads nowhere");
    let waiting = outbox::after(bench.shared().db.read(), 0, 100).await.unwrap();
    let told: Vec<NetworkMessage> = waiting.into_iter().map(|row| row.envelope.open().unwrap()).collect();
    assert!(told.contains(&NetworkMessage::RouterChanged { router_id: router.id }), "{told:?}");
}

#[tokio::test]
async fn what_is_read_to_say_how_to_connect_says_the_same_as_all_that_there_is() {
    let bench = Bench::new().await;
    let (service, ctx) = (&bench.cloud.services.network, &bench.ctx);
    let Reached { id, inner, floating, .. } = reached(&bench).await;
    let neighbour = NewPort { network_id: inner.clone(), ..NewPort::default() };
    let neighbour = service.create_port(ctx, neighbour).await.unwrap().fixed_ips[0].ip;
    let paired =
        NewPort { network_id: inner, allowed_address_pairs: vec![("10.0.0.77".into(), None)], ..NewPort::default() };
    service.create_port(ctx, paired).await.unwrap();
    let (world, host, paired) = ([192, 0, 2, 7].into(), [127, 0, 0, 1].into(), [10, 0, 0, 77].into());
    for from in [world, host, paired, neighbour.into(), floating.address.into()] {
        for ctx in [ctx, &bench.cloud.system()] {
            let question =
                Question { from: Place::Address(from), to: Place::Instance(id.clone()), traffic: Traffic::tcp(22) };
            let expected = service.reachability(ctx, question).await.unwrap();
            let found = bench.cloud.services.compute.connection(ctx, &id, from).await.unwrap();
            assert_eq!(found.ssh, expected, "from {from}");
            assert_eq!(found.door.map(|door| door.address), Some(floating.address));
        }
    }
}

#[tokio::test]
async fn of_a_stranger_s_instance_the_owner_of_its_network_sees_the_port_alone() {
    let bench = Bench::new().await;
    bench.host(HOST, 1000).await;
    let service = &bench.cloud.services.network;
    let (inner, _) = network(&bench, false, "10.0.0.0/24").await;
    let eve = bench.cloud.person("eve", "other", "member").await;
    let mut tx = bench.shared().db.write().await.unwrap();
    let given = db::query("UPDATE networks SET project_id = $1").bind(&eve.project_id);
    given.execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let id = bench.launched("vm", 64).await;
    let port = NewPort {
        network_id: inner,
        device_id: id.to_string(),
        device_owner: "compute:nova".into(),
        ..NewPort::default()
    };
    let port = service.create_port(&bench.cloud.system(), port).await.unwrap();
    for (ctx, guests) in [(&eve, 0), (&bench.cloud.system(), 1)] {
        let seen = service.snapshot_between(ctx, port.fixed_ips[0].ip.into(), &id).await.unwrap();
        assert_eq!((seen.ports.iter().filter(|seen| seen.id == port.id).count(), seen.guests.len()), (1, guests));
    }
}
