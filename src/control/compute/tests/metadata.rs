//! Who is told what of an instance.

use std::net::Ipv4Addr;

use super::*;
use crate::bus::contract::{InstanceMetadata, MetadataOf};
use crate::model::network::{NewNetwork, NewPort, NewSubnet};
use crate::model::router::{InterfaceBy, NewRouter};
use crate::model::{NetworkId, RouterId};

/// Every network here has this subnet, so that addresses alone say nothing.
const CIDR: &str = "10.0.0.0/24";

async fn network(bench: &Bench) -> NetworkId {
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
    let network = service.create_network(&bench.ctx, network).await.unwrap();
    let subnet =
        NewSubnet { network_id: network.id.to_string(), cidr: CIDR.into(), enable_dhcp: true, ..NewSubnet::default() };
    service.create_subnet(&bench.ctx, subnet).await.unwrap();
    network.id
}

async fn port(bench: &Bench, network: &NetworkId, ip: &str, device: &str, owner: &str) {
    let port = NewPort {
        network_id: network.clone(),
        fixed_ip: Some(ip.into()),
        device_id: device.into(),
        device_owner: owner.into(),
        ..NewPort::default()
    };
    bench.cloud.services.network.create_port(&bench.ctx, port).await.unwrap();
}

async fn told(bench: &Bench, host: &str, of: MetadataOf) -> Option<InstanceMetadata> {
    let answer = bench.tell(ConductorMessage::Metadata { host: host.into(), of }).await.unwrap();
    serde_json::from_value(answer).unwrap()
}

async fn on_network(bench: &Bench, network: &NetworkId, ip: &str) -> Option<InstanceId> {
    let ip: Ipv4Addr = ip.parse().unwrap();
    let of = MetadataOf::Network { network_id: network.clone(), ip };
    told(bench, HOST, of).await.map(|metadata| metadata.instance_id)
}

async fn behind_router(bench: &Bench, router_id: &RouterId, ip: &str) -> Option<InstanceId> {
    let of = MetadataOf::Router { router_id: router_id.clone(), ip: ip.parse().unwrap() };
    told(bench, HOST, of).await.map(|metadata| metadata.instance_id)
}

async fn bench() -> Bench {
    let bench = Bench::new().await;
    bench.host(HOST, 10_000).await;
    bench
}

#[tokio::test]
async fn an_instance_is_told_all_of_itself() {
    let bench = bench().await;
    let (id, network) = (bench.running("Web 1").await, network(&bench).await);
    port(&bench, &network, "10.0.0.9", id.as_str(), "compute:nova").await;
    let metadata = told(&bench, HOST, MetadataOf::Instance { instance_id: id.clone() }).await.unwrap();
    assert_eq!((metadata.instance_id, metadata.name.as_str(), metadata.hostname.as_str()), (id, "Web 1", "web-1"));
    assert_eq!((metadata.number, metadata.flavor_name.as_str(), metadata.image_id.as_str()), (1, "f", "i"));
    assert_eq!(metadata.security_groups, ["default"]);
    let [nic] = metadata.nics.as_slice() else { panic!("{:?}", metadata.nics) };
    let [(ip, subnet)] = nic.addresses.as_slice() else { panic!("{nic:?}") };
    assert_eq!((nic.network_id.clone(), *ip, subnet.cidr), (network, [10, 0, 0, 9].into(), CIDR.parse().unwrap()));
    assert_eq!(subnet.dhcp_ip, Some([10, 0, 0, 2].into()));
}

#[tokio::test]
async fn network_and_address_together_say_who_asks() {
    let bench = bench().await;
    let (ann, bob) = (bench.running("ann").await, bench.running("bob").await);
    let (first, second, third) = (network(&bench).await, network(&bench).await, network(&bench).await);
    port(&bench, &first, "10.0.0.9", ann.as_str(), "compute:nova").await;
    port(&bench, &second, "10.0.0.9", bob.as_str(), "compute:zone-2").await;
    assert_eq!(on_network(&bench, &first, "10.0.0.9").await, Some(ann));
    assert_eq!(on_network(&bench, &second, "10.0.0.9").await, Some(bob));
    assert_eq!(on_network(&bench, &third, "10.0.0.9").await, None, "the same address on another network");
    assert_eq!(on_network(&bench, &first, "10.0.0.10").await, None, "another address");
    assert_eq!(on_network(&bench, &first, "10.0.0.2").await, None, "the DHCP server's");
}

#[tokio::test]
async fn a_port_that_is_no_instance_s_has_no_metadata() {
    let bench = bench().await;
    let (id, network) = (bench.running("vm").await, network(&bench).await);
    port(&bench, &network, "10.0.0.9", id.as_str(), "somebody:else").await;
    assert_eq!(on_network(&bench, &network, "10.0.0.9").await, None);
}

#[tokio::test]
async fn another_host_is_told_nothing() {
    let bench = bench().await;
    let (id, network) = (bench.running("vm").await, network(&bench).await);
    port(&bench, &network, "10.0.0.9", id.as_str(), "compute:nova").await;
    let by_address = MetadataOf::Network { network_id: network, ip: [10, 0, 0, 9].into() };
    assert!(told(&bench, HOST, by_address.clone()).await.is_some());
    assert_eq!(told(&bench, "host-2", by_address).await, None);
    assert_eq!(told(&bench, "host-2", MetadataOf::Instance { instance_id: id }).await, None);
    assert_eq!(told(&bench, HOST, MetadataOf::Instance { instance_id: "nobody".into() }).await, None);
}

#[tokio::test]
async fn a_router_tells_those_on_its_own_networks_apart() {
    let bench = bench().await;
    let (ann, bob) = (bench.running("ann").await, bench.running("bob").await);
    let (inner, other) = (network(&bench).await, network(&bench).await);
    port(&bench, &inner, "10.0.0.9", ann.as_str(), "compute:nova").await;
    port(&bench, &other, "10.0.0.9", bob.as_str(), "compute:nova").await;
    let service = &bench.cloud.services.network;
    let new = NewRouter { name: "r".into(), description: String::new(), admin_state_up: true, gateway: None };
    let router = service.create_router(&bench.ctx, new).await.unwrap().id;
    assert_eq!(behind_router(&bench, &router, "10.0.0.9").await, None, "it has no interface yet");
    let subnet = service.network(&bench.ctx, &inner).await.unwrap().subnets[0].id.clone();
    service.add_router_interface(&bench.ctx, &router, InterfaceBy::Subnet(subnet)).await.unwrap();
    assert_eq!(behind_router(&bench, &router, "10.0.0.9").await, Some(ann));
    assert_eq!(behind_router(&bench, &router, "10.0.0.1").await, None, "the router's own address");
}
