mod firewall;
mod floating_ips;
mod ports;
mod properties;
mod routers;
mod segments;
mod subnets;

use std::collections::HashSet;
use std::net::Ipv4Addr;

use super::*;
use crate::control::testing::Cloud;
use crate::model::network::{NetworkPatch, NewNetwork, NewPort, NewSubnet, Port, Subnet};
use crate::model::quota::Resource;
use crate::model::{Kind, NetworkId};

fn new_network(name: &str) -> NewNetwork {
    NewNetwork {
        name: name.into(),
        description: String::new(),
        admin_state_up: true,
        shared: false,
        external: false,
        mtu: None,
        provider_type: None,
        physical_network: None,
        segmentation_id: None,
        port_security: None,
    }
}

fn new_subnet(network: &NetworkId, cidr: &str) -> NewSubnet {
    NewSubnet { network_id: network.to_string(), cidr: cidr.into(), enable_dhcp: true, ..NewSubnet::default() }
}

fn new_port(network: &NetworkId, fixed_ip: Option<&str>) -> NewPort {
    NewPort { network_id: network.clone(), fixed_ip: fixed_ip.map(str::to_owned), ..NewPort::default() }
}

/// A network with one subnet.
async fn wired(cloud: &Cloud, ctx: &Ctx, cidr: &str) -> (Network, Subnet) {
    let network = cloud.services.network.create_network(ctx, new_network("net")).await.unwrap();
    let subnet = cloud.services.network.create_subnet(ctx, new_subnet(&network.id, cidr)).await.unwrap();
    (network, subnet)
}

fn reason<T>(result: Result<T>) -> Reason {
    result.err().expect("it must be refused").reason
}

fn ip(port: &Port) -> Ipv4Addr {
    port.fixed_ips[0].ip
}

#[tokio::test]
async fn addresses_are_given_from_below_and_dhcp_has_its_own() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let ports = service.ports(&ann, Some(&network.id)).await.unwrap();
    assert_eq!((ports.len(), ports[0].device_owner.as_str(), ip(&ports[0])), (1, dhcp::OWNER, [10, 0, 0, 2].into()));

    let first = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let second = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert_eq!([ip(&first), ip(&second)], [Ipv4Addr::new(10, 0, 0, 3), Ipv4Addr::new(10, 0, 0, 4)]);
    assert!(first.mac.starts_with("fa:16:3e:") && first.mac != second.mac);
    assert_eq!(first.security_groups.len(), 1, "the default group");
    service.delete_port(&ann, &first.id).await.unwrap();
    let again = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert_eq!(ip(&again), ip(&first), "what was given back is given again");
    assert_eq!(service.subnet(&ann, &subnet.id).await.unwrap().used, 3);
}

#[tokio::test]
async fn a_chosen_address_may_lie_outside_the_pools_but_must_mean_nothing_else() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let network = service.create_network(&ann, new_network("net")).await.unwrap();
    let pools = vec![("10.0.0.100".into(), "10.0.0.110".into())];
    let subnet = NewSubnet { allocation_pools: pools, ..new_subnet(&network.id, "10.0.0.0/24") };
    service.create_subnet(&ann, subnet).await.unwrap();
    let ask = async |address: &str| service.create_port(&ann, new_port(&network.id, Some(address))).await;

    assert_eq!(ip(&ask("10.0.0.7").await.unwrap()), Ipv4Addr::new(10, 0, 0, 7));
    for taken in ["10.0.0.7", "10.0.0.0", "10.0.0.1", "10.0.0.100", "10.0.0.255"] {
        assert_eq!(reason(ask(taken).await), Reason::AddressInUse { address: taken.into() });
    }
    assert!(matches!(reason(ask("10.0.1.7").await), Reason::AddressOutsideSubnet { .. }));
    assert!(matches!(reason(ask("seven").await), Reason::BadAddress { .. }));
    assert_eq!(service.ports(&ann, None).await.unwrap().len(), 2, "a refused port leaves nothing");
}

#[tokio::test]
async fn many_at_once_never_get_the_same_address_and_the_pool_ends() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/27").await;
    let room = subnet.capacity() - 1;
    let asked = (0..room + 5).map(|_| {
        let (service, ann, network) = (cloud.services.network.clone(), ann.clone(), network.id.clone());
        tokio::spawn(async move { service.create_port(&ann, new_port(&network, None)).await })
    });
    let asked: Vec<_> = asked.collect();
    let (mut given, mut refused) = (HashSet::new(), 0);
    for ask in asked {
        match ask.await.unwrap() {
            Ok(port) => assert!(given.insert(ip(&port)), "{} was given twice", ip(&port)),
            Err(error) => {
                assert_eq!(error.reason, Reason::NoFreeAddress { network: "net".into() });
                refused += 1;
            }
        }
    }
    assert_eq!((given.len() as i64, refused), (room, 5));
    assert!(!given.contains(&subnet.gateway_ip.unwrap()));
}

#[tokio::test]
async fn a_limit_holds_when_many_ask_at_once() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    cloud.services.quota.set(&cloud.system(), &ann.project_id, Resource::Ports, 3).await.unwrap();
    let asked: Vec<_> = (0..10)
        .map(|_| {
            let (service, ann, network) = (cloud.services.network.clone(), ann.clone(), network.id.clone());
            tokio::spawn(async move { service.create_port(&ann, new_port(&network, None)).await })
        })
        .collect();
    let mut given = 0;
    for ask in asked {
        match ask.await.unwrap() {
            Ok(_) => given += 1,
            Err(error) => assert_eq!(error.kind(), Kind::OverQuota, "{error}"),
        }
    }
    assert_eq!(given, 3);
    let usage = cloud.services.quota.usage(&ann).await.unwrap();
    let used = |resource| usage.iter().find(|usage| usage.resource == resource).unwrap().used;
    assert_eq!([Resource::Networks, Resource::Subnets, Resource::Ports].map(used), [1, 1, 3]);
}

#[tokio::test]
async fn subnets_of_one_network_do_not_overlap_and_those_of_two_may() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    for cidr in ["10.0.0.0/24", "10.0.0.128/25", "10.0.0.0/16"] {
        let refusal = reason(service.create_subnet(&ann, new_subnet(&network.id, cidr)).await);
        assert_eq!(refusal, Reason::SubnetOverlap { cidr: cidr.into(), other: "10.0.0.0/24".into() });
    }
    assert!(service.create_subnet(&ann, new_subnet(&network.id, "10.0.1.0/24")).await.is_ok());
    wired(&cloud, &ann, "10.0.0.0/24").await;
    let network = service.network(&ann, &network.id).await.unwrap();
    assert_eq!(network.subnets.len(), 2);
    let ports = service.ports(&ann, Some(&network.id)).await.unwrap();
    assert_eq!((ports.len(), ports[0].fixed_ips.len()), (1, 2), "one DHCP port with an address in each");
}

#[tokio::test]
async fn what_is_used_is_not_deleted_and_what_goes_takes_everything_along() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert!(matches!(reason(service.delete_network(&ann, &network.id).await), Reason::InUse { .. }));
    assert!(matches!(reason(service.delete_subnet(&ann, &subnet.id).await), Reason::InUse { .. }));
    let dhcp = service.ports(&ann, Some(&network.id)).await.unwrap().into_iter().find(|found| found.id != port.id);
    assert!(matches!(reason(service.delete_port(&ann, &dhcp.unwrap().id).await), Reason::InUse { .. }));

    service.delete_port(&ann, &port.id).await.unwrap();
    service.delete_subnet(&ann, &subnet.id).await.unwrap();
    assert_eq!(service.ports(&ann, Some(&network.id)).await.unwrap(), [], "DHCP's port went with its last subnet");
    service.create_subnet(&ann, new_subnet(&network.id, "10.0.0.0/24")).await.unwrap();
    service.delete_network(&ann, &network.id).await.unwrap();
    assert!(matches!(reason(service.network(&ann, &network.id).await), Reason::NotFound { .. }));
    assert_eq!(service.ports(&cloud.system(), None).await.unwrap(), []);
    cloud.services.identity.delete_project(&cloud.system(), &ann.project_id).await.unwrap();
}

#[tokio::test]
async fn a_network_without_a_subnet_gives_no_address() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let network = service.create_network(&ann, new_network("bare")).await.unwrap();
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert_eq!(port.fixed_ips, []);
    let chosen = service.create_port(&ann, new_port(&network.id, Some("10.0.0.5"))).await;
    assert!(matches!(reason(chosen), Reason::AddressOutsideSubnet { .. }));
}

#[tokio::test]
async fn another_project_sees_and_touches_nothing() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();

    assert_eq!(service.networks(&eve).await.unwrap(), []);
    assert_eq!(service.ports(&eve, None).await.unwrap(), []);
    let refusals = [
        service.network(&eve, &network.id).await.err(),
        service.subnet(&eve, &subnet.id).await.err(),
        service.port(&eve, &port.id).await.err(),
        service.ports(&eve, Some(&network.id)).await.err(),
        service.create_port(&eve, new_port(&network.id, None)).await.err(),
        service.create_subnet(&eve, new_subnet(&network.id, "10.1.0.0/24")).await.err(),
        service.update_network(&eve, &network.id, NetworkPatch::default()).await.err(),
        service.bind_port(&eve, &port.id, &"".into(), "").await.err(),
        service.delete_port(&eve, &port.id).await.err(),
        service.delete_subnet(&eve, &subnet.id).await.err(),
        service.delete_network(&eve, &network.id).await.err(),
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal.expect("refused").kind(), Kind::NotFound, "refusal {number}");
    }
}

#[tokio::test]
async fn a_shared_network_is_used_by_all_and_changed_by_its_owner_alone() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let system = cloud.system();
    let service = &cloud.services.network;
    let forbidden = reason(service.create_network(&ann, NewNetwork { shared: true, ..new_network("mine") }).await);
    assert!(matches!(forbidden, Reason::Forbidden { .. }));
    let network = service.create_network(&system, NewNetwork { shared: true, ..new_network("all") }).await.unwrap();
    service.create_subnet(&system, new_subnet(&network.id, "10.0.0.0/24")).await.unwrap();

    assert_eq!(service.networks(&ann).await.unwrap().len(), 1);
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let seen = service.ports(&ann, Some(&network.id)).await.unwrap();
    assert_eq!(seen, [port], "not DHCP's, which is the owner's");
    assert!(matches!(reason(service.delete_network(&ann, &network.id).await), Reason::Forbidden { .. }));
    let unshare = NetworkPatch { shared: Some(false), ..NetworkPatch::default() };
    assert!(matches!(
        reason(service.update_network(&ann, &network.id, unshare.clone()).await),
        Reason::Forbidden { .. }
    ));
    assert!(matches!(reason(service.update_network(&system, &network.id, unshare).await), Reason::InUse { .. }));
}

#[tokio::test]
async fn readers_write_nothing_and_nobody_plays_another_s_instance_or_dhcp() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let bob = cloud.person("bob", "web", "reader").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    assert!(matches!(reason(service.create_network(&bob, new_network("n")).await), Reason::Forbidden { .. }));
    assert!(matches!(reason(service.create_port(&bob, new_port(&network.id, None)).await), Reason::Forbidden { .. }));
    assert_eq!(service.networks(&bob).await.unwrap().len(), 1, "reading is open to every role");

    let dhcp = NewPort { device_owner: dhcp::OWNER.into(), ..new_port(&network.id, None) };
    assert!(matches!(reason(service.create_port(&ann, dhcp).await), Reason::Forbidden { .. }));
    let strange = NewPort { device_id: "somebody's".into(), ..new_port(&network.id, None) };
    assert!(matches!(reason(service.create_port(&ann, strange).await), Reason::NotFound { noun: Noun::Instance, .. }));
    let placed = NewPort { host: "host1".into(), ..new_port(&network.id, None) };
    assert_eq!(service.create_port(&ann, placed).await.unwrap_err().kind(), Kind::NotFound);
}
