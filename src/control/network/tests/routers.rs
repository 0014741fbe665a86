//! Routers, their interfaces, gateways and static routes.

use super::*;
use crate::bus::contract::NetworkMessage;
use crate::control::store::{outbox, router_plans};
use crate::control::workflow::reconcile;
use crate::model::host::Inventory;
use crate::model::router::{
    GATEWAY, INTERFACE, InterfaceBy, NewGateway, NewRouter, Router, RouterInterface, RouterPatch,
};
use crate::model::{RouterId, SubnetId};

pub fn new_router(name: &str) -> NewRouter {
    NewRouter { name: name.into(), description: String::new(), admin_state_up: true, gateway: None }
}

pub fn to(network: &NetworkId) -> NewGateway {
    NewGateway { network_id: network.clone(), enable_snat: None, fixed_ip: None }
}

/// A host that reports now.
pub async fn host(cloud: &Cloud, name: &str, physical_networks: &[&str]) {
    let inventory = Inventory {
        host: name.into(),
        availability_zone: "nova".into(),
        address: None,
        guests: true,
        hypervisor_type: "QEMU".into(),
        hypervisor_version: 1,
        arch: "x86_64".into(),
        vcpus: 1,
        ram_mb: 1024,
        disk_gb: 10,
        physical_networks: physical_networks.iter().map(|name| (*name).to_owned()).collect(),
        volume_pool: None,
        trouble: None,
    };
    let mut tx = cloud.services.shared.db.write().await.unwrap();
    crate::control::store::hosts::heartbeat(&mut tx, &inventory, cloud.services.shared.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// An external network of the system's that is not shared, with one subnet.
pub async fn outside(cloud: &Cloud, cidr: &str) -> (Network, Subnet) {
    let (service, system) = (&cloud.services.network, cloud.system());
    let wanted = NewNetwork { external: true, ..new_network("outside") };
    let network = service.create_network(&system, wanted).await.unwrap();
    let wanted = NewSubnet { enable_dhcp: false, ..new_subnet(&network.id, cidr) };
    let subnet = service.create_subnet(&system, wanted).await.unwrap();
    (service.network(&system, &network.id).await.unwrap(), subnet)
}

/// A router with a way out and an interface on a fresh network.
pub async fn routed(cloud: &Cloud, ctx: &Ctx, cidr: &str, out: &Network) -> (Router, Network, Subnet) {
    let service = &cloud.services.network;
    let wanted = NewRouter { gateway: Some(to(&out.id)), ..new_router("r") };
    let router = service.create_router(ctx, wanted).await.unwrap();
    let (network, subnet) = wired(cloud, ctx, cidr).await;
    join(cloud, ctx, &router.id, &subnet.id).await.unwrap();
    (service.router(ctx, &router.id).await.unwrap(), network, subnet)
}

pub async fn join(cloud: &Cloud, ctx: &Ctx, router: &RouterId, subnet: &SubnetId) -> Result<RouterInterface> {
    cloud.services.network.add_router_interface(ctx, router, InterfaceBy::Subnet(subnet.clone())).await
}

/// What waits to be told to a host, oldest first.
pub async fn told(cloud: &Cloud, host: &str) -> Vec<NetworkMessage> {
    let rows = outbox::after(cloud.services.shared.db.read(), 0, u32::MAX).await.unwrap();
    let to_host = rows.into_iter().filter(|row| row.topic == format!("network.{host}"));
    to_host.map(|row| row.envelope.open().unwrap()).collect()
}

fn with_routes(routes: &[(&str, &str)]) -> RouterPatch {
    let typed = routes.iter().map(|(to, by)| ((*to).to_owned(), (*by).to_owned())).collect();
    RouterPatch { routes: Some(typed), ..RouterPatch::default() }
}

#[tokio::test]
async fn a_router_takes_the_gateway_address_inside_and_one_of_the_pools_outside() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (out, outer) = outside(&cloud, "203.0.113.0/24").await;
    let (router, network, subnet) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;

    assert_eq!(router.host, "host-1");
    assert_eq!((router.interfaces.len(), router.interfaces[0].ip), (1, Ipv4Addr::new(10, 0, 0, 1)));
    let gateway = router.gateway.clone().unwrap();
    assert!(gateway.enable_snat, "on unless somebody says otherwise");
    assert_eq!((gateway.fixed_ips[0].ip, &gateway.fixed_ips[0].subnet_id), ([203, 0, 113, 2].into(), &outer.id));
    let system = cloud.system();
    for owner in [INTERFACE, GATEWAY] {
        let by_hand = NewPort { device_owner: owner.into(), ..new_port(&network.id, None) };
        assert!(matches!(reason(service.create_port(&system, by_hand).await), Reason::Forbidden { .. }));
    }
    for (port, owner) in [(&router.interfaces[0].port_id, INTERFACE), (&gateway.port_id, GATEWAY)] {
        let port = service.port(&system, port).await.unwrap();
        assert_eq!((port.device_owner.as_str(), port.device_id.as_str()), (owner, router.id.as_str()));
        assert_eq!((port.host.as_str(), port.status.as_str()), ("host-1", "ACTIVE"));
        assert!(!port.port_security && port.security_groups.is_empty());
        assert!(matches!(reason(service.delete_port(&system, &port.id).await), Reason::InUse { .. }));
        assert!(matches!(reason(service.bind_port(&system, &port.id, &"".into(), "").await), Reason::InUse { .. }));
    }
    let told = told(&cloud, "host-1").await;
    for message in [
        NetworkMessage::RouterChanged { router_id: router.id.clone() },
        NetworkMessage::Changed { network_id: network.id.clone() },
        NetworkMessage::Changed { network_id: out.id.clone() },
    ] {
        assert!(told.contains(&message), "{message:?} in {told:?}");
    }

    let plans = router_plans::on_host(cloud.services.shared.db.read(), "host-1").await.unwrap();
    let [plan] = plans.as_slice() else { panic!("{plans:?}") };
    assert_eq!(plan.interfaces[0].addresses, ["10.0.0.1/24".parse().unwrap()]);
    let way_out = plan.gateway.as_ref().unwrap();
    assert_eq!(way_out.leg.addresses, ["203.0.113.2/24".parse().unwrap()]);
    assert_eq!((way_out.next_hop, way_out.enable_snat), (outer.gateway_ip, true));
    assert_eq!(subnet.gateway_ip, Some(Ipv4Addr::new(10, 0, 0, 1)));
    let elsewhere = router_plans::one_on_host(cloud.services.shared.db.read(), "host-2", &router.id).await.unwrap();
    assert_eq!(elsewhere, None);
}

#[tokio::test]
async fn interfaces_do_not_overlap_and_need_an_address_that_is_free() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    join(&cloud, &ann, &router.id, &subnet.id).await.unwrap();
    let (_, twin) = wired(&cloud, &ann, "10.0.0.128/25").await;
    assert!(matches!(reason(join(&cloud, &ann, &router.id, &subnet.id).await), Reason::RouterOverlap { .. }));
    assert!(matches!(reason(join(&cloud, &ann, &router.id, &twin.id).await), Reason::RouterOverlap { .. }));

    let bare = NewSubnet { gateway_ip: Some(String::new()), ..new_subnet(&network.id, "10.1.0.0/24") };
    let bare = service.create_subnet(&ann, bare).await.unwrap();
    assert!(matches!(reason(join(&cloud, &ann, &router.id, &bare.id).await), Reason::NoGatewayAddress { .. }));
    let other = service.create_router(&ann, new_router("other")).await.unwrap();
    let taken = reason(join(&cloud, &ann, &other.id, &subnet.id).await);
    assert_eq!(taken, Reason::AddressInUse { address: "10.0.0.1".into() });

    let port = service.create_port(&ann, new_port(&network.id, Some("10.1.0.7"))).await.unwrap();
    let by_port = InterfaceBy::Port(port.id.clone());
    let added = service.add_router_interface(&ann, &router.id, by_port.clone()).await.unwrap();
    assert_eq!((added.ip, &added.subnet_id), ([10, 1, 0, 7].into(), &bare.id));
    assert!(service.port(&ann, &port.id).await.unwrap().security_groups.is_empty(), "nothing is filtered there");
    let again = reason(service.add_router_interface(&ann, &other.id, by_port.clone()).await);
    assert!(matches!(again, Reason::InUse { noun: Noun::Port, .. }), "{again}");
    service.remove_router_interface(&ann, &router.id, by_port.clone()).await.unwrap();
    let gone = reason(service.remove_router_interface(&ann, &router.id, by_port).await);
    assert!(matches!(gone, Reason::NoInterface { .. }), "{gone}");
    assert_eq!(service.port(&ann, &port.id).await.unwrap_err().kind(), Kind::NotFound, "the port went with it");
}

#[tokio::test]
async fn a_router_with_interfaces_stays_and_one_without_leaves_nothing() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (router, network, subnet) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    for refusal in [
        service.delete_router(&ann, &router.id).await.err(),
        service.delete_subnet(&ann, &subnet.id).await.err(),
        service.delete_network(&ann, &network.id).await.err(),
        service.delete_network(&cloud.system(), &out.id).await.err(),
    ] {
        let refusal = refusal.expect("in use");
        assert!(matches!(&refusal.reason, Reason::InUse { .. }), "{refusal}");
    }
    let said = service.delete_network(&ann, &network.id).await.unwrap_err().to_string();
    assert!(said.contains(&format!("router {}", router.id)), "{said}");

    service.remove_router_interface(&ann, &router.id, InterfaceBy::Subnet(subnet.id)).await.unwrap();
    service.delete_router(&ann, &router.id).await.unwrap();
    assert!(told(&cloud, "host-1").await.contains(&NetworkMessage::RouterChanged { router_id: router.id.clone() }));
    service.delete_network(&ann, &network.id).await.unwrap();
    service.delete_network(&cloud.system(), &out.id).await.unwrap();
    assert_eq!(service.ports(&cloud.system(), None).await.unwrap(), []);
}

#[tokio::test]
async fn only_external_networks_are_ways_out_and_their_addresses_are_their_owner_s_to_choose() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (inner, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    let set = async |ctx: &Ctx, gateway: Option<NewGateway>| {
        let patch = RouterPatch { gateway: Some(gateway), ..RouterPatch::default() };
        service.update_router(ctx, &router.id, patch).await
    };
    assert!(matches!(reason(set(&ann, Some(to(&inner.id))).await), Reason::NotExternal { .. }));
    let chosen = NewGateway { fixed_ip: Some("203.0.113.77".into()), ..to(&out.id) };
    assert!(matches!(reason(set(&ann, Some(chosen.clone())).await), Reason::Forbidden { .. }));
    let router_now = set(&ann, Some(to(&out.id))).await.unwrap();
    let first = router_now.gateway.unwrap();
    let without_snat = NewGateway { enable_snat: Some(false), ..to(&out.id) };
    let second = set(&ann, Some(without_snat)).await.unwrap().gateway.unwrap();
    assert_eq!((&second.port_id, second.enable_snat), (&first.port_id, false));
    let third = set(&cloud.system(), Some(chosen)).await.unwrap().gateway.unwrap();
    assert_eq!((third.fixed_ips[0].ip, third.enable_snat), ([203, 0, 113, 77].into(), false));
    assert_eq!(set(&ann, None).await.unwrap().gateway, None);
    assert_eq!(service.subnet(&ann, &out.subnets[0].id).await.unwrap().used, 0);
}

#[tokio::test]
async fn next_hops_are_neighbours_and_what_leads_to_them_stays() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (router, _, subnet) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    let set = async |patch: RouterPatch| service.update_router(&ann, &router.id, patch).await;
    for (to, by) in [("10.9.0.0/16", "10.8.0.1"), ("10.9.0.0/16", "10.0.0.1"), ("10.9.0.1/16", "10.0.0.9")] {
        let refusal = set(with_routes(&[(to, by)])).await.unwrap_err();
        assert_eq!((refusal.field.as_deref(), refusal.kind() == Kind::NotFound), (Some("routes"), false), "{refusal}");
    }
    let inward = ("10.9.0.0/16", "10.0.0.9");
    let outward = ("198.51.100.0/24", "203.0.113.9");
    assert_eq!(set(with_routes(&[inward, outward, inward])).await.unwrap().routes.len(), 2);

    let removed = service.remove_router_interface(&ann, &router.id, InterfaceBy::Subnet(subnet.id.clone())).await;
    assert!(matches!(reason(removed), Reason::InUse { noun: Noun::Subnet, .. }));
    let close = RouterPatch { gateway: Some(None), ..RouterPatch::default() };
    assert!(matches!(reason(set(close.clone()).await), Reason::InUse { noun: Noun::Router, .. }));
    let typed = |(to, by): (&str, &str)| (to.to_owned(), by.to_owned());
    let left = service.change_routes(&ann, &router.id, &[typed(outward)], &[typed(inward)]).await.unwrap();
    assert_eq!(left.routes.len(), 1);
    set(close).await.unwrap();
}

#[tokio::test]
async fn a_router_waits_for_a_host_that_can_carry_it() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let shared = &cloud.services.shared;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (router, _, _) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    assert_eq!(router.host, "");
    reconcile::place_routers(shared).await.unwrap();
    assert_eq!(service.router(&ann, &router.id).await.unwrap().host, "", "there still is none");
    host(&cloud, "host-1", &[]).await;
    reconcile::place_routers(shared).await.unwrap();
    assert_eq!(service.router(&ann, &router.id).await.unwrap().host, "host-1");
    let port = service.port(&ann, &router.interfaces[0].port_id).await.unwrap();
    assert_eq!((port.host.as_str(), port.status.as_str()), ("host-1", "ACTIVE"));
    assert!(told(&cloud, "host-1").await.contains(&NetworkMessage::RouterChanged { router_id: router.id.clone() }));

    host(&cloud, "host-2", &[]).await;
    let second = service.create_router(&ann, new_router("second")).await.unwrap();
    assert_eq!(second.host, "host-2", "the one with fewer routers");
}

#[tokio::test]
async fn another_project_sees_and_touches_no_router() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (router, network, subnet) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    let own = service.create_router(&eve, new_router("own")).await.unwrap();
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();

    assert_eq!(service.routers(&eve).await.unwrap().len(), 1);
    assert_eq!(service.routers(&cloud.system()).await.unwrap().len(), 2);
    let by_subnet = InterfaceBy::Subnet(subnet.id.clone());
    let refusals = [
        service.router(&eve, &router.id).await.err(),
        service.update_router(&eve, &router.id, RouterPatch::default()).await.err(),
        service.change_routes(&eve, &router.id, &[], &[]).await.err(),
        service.add_router_interface(&eve, &router.id, by_subnet.clone()).await.err(),
        service.remove_router_interface(&eve, &router.id, by_subnet.clone()).await.err(),
        service.add_router_interface(&eve, &own.id, by_subnet).await.err(),
        service.add_router_interface(&eve, &own.id, InterfaceBy::Port(port.id)).await.err(),
        service.delete_router(&eve, &router.id).await.err(),
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal.expect("refused").kind(), Kind::NotFound, "refusal {number}");
    }
}

#[tokio::test]
async fn external_networks_are_seen_by_all_and_instances_of_others_stay_off_them() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (out, outer) = outside(&cloud, "203.0.113.0/24").await;
    assert_eq!(service.networks(&ann).await.unwrap().len(), 1);
    assert_eq!(service.pluggable_networks(&ann).await.unwrap(), []);
    assert!(matches!(reason(service.create_port(&ann, new_port(&out.id, None)).await), Reason::ExternalOnly { .. }));
    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    let hijack = reason(join(&cloud, &ann, &router.id, &outer.id).await);
    assert!(matches!(hijack, Reason::Forbidden { .. }), "{hijack}");
    assert!(service.create_port(&cloud.system(), new_port(&out.id, None)).await.is_ok());
    let share = NetworkPatch { shared: Some(true), ..NetworkPatch::default() };
    service.update_network(&cloud.system(), &out.id, share).await.unwrap();
    assert!(service.create_port(&ann, new_port(&out.id, None)).await.is_ok());
}

#[tokio::test]
async fn routers_are_limited_like_everything() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    cloud.services.quota.set(&cloud.system(), &ann.project_id, Resource::Routers, 1).await.unwrap();
    cloud.services.network.create_router(&ann, new_router("one")).await.unwrap();
    let refusal = cloud.services.network.create_router(&ann, new_router("two")).await.unwrap_err();
    assert_eq!(refusal.kind(), Kind::OverQuota);
    let reader = cloud.person("bob", "web", "reader").await;
    assert!(matches!(
        reason(cloud.services.network.create_router(&reader, new_router("r")).await),
        Reason::Forbidden { .. }
    ));
}
