//! Changing networks and subnets that are there.

use super::routers::{host, join, new_router, told};
use super::*;
use crate::bus::contract::NetworkMessage;
use crate::model::network::{AllocationPool, SubnetPatch};

fn gateway(address: &str) -> SubnetPatch {
    SubnetPatch { gateway_ip: Some(address.into()), ..SubnetPatch::default() }
}

#[tokio::test]
async fn the_dhcp_server_comes_and_goes() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let turn = async |on| {
        let patch = SubnetPatch { enable_dhcp: Some(on), ..SubnetPatch::default() };
        service.update_subnet(&ann, &subnet.id, patch).await.unwrap()
    };
    assert_eq!(turn(false).await.used, 0);
    assert_eq!(service.ports(&ann, Some(&network.id)).await.unwrap(), []);
    assert_eq!(turn(false).await.used, 0);
    assert_eq!(turn(true).await.used, 1);
    assert_eq!(turn(true).await.used, 1);
    let ports = service.ports(&ann, Some(&network.id)).await.unwrap();
    assert_eq!((ports.len(), ports[0].device_owner.as_str()), (1, dhcp::OWNER));
}

#[tokio::test]
async fn a_gateway_moves_unless_a_router_stands_there() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let set = async |patch: SubnetPatch| service.update_subnet(&ann, &subnet.id, patch).await;
    let taken = reason(set(gateway(&ip(&port).to_string())).await);
    assert_eq!(taken, Reason::AddressInUse { address: ip(&port).to_string() });
    let moved = set(gateway("10.0.0.254")).await.unwrap();
    assert_eq!(moved.gateway_ip, Some(Ipv4Addr::new(10, 0, 0, 254)));
    let pool = AllocationPool { start: [10, 0, 0, 1].into(), end: [10, 0, 0, 253].into() };
    assert_eq!(moved.allocation_pools, [pool], "the old address is one like any other now");
    assert_eq!(set(gateway("")).await.unwrap().gateway_ip, None);
    set(gateway("10.0.0.1")).await.unwrap();

    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    join(&cloud, &ann, &router.id, &subnet.id).await.unwrap();
    let held = reason(set(gateway("10.0.0.254")).await);
    assert!(matches!(&held, Reason::InUse { by, .. } if by.starts_with("router")), "{held}");
    let before = told(&cloud, "host-1").await.len();
    let renamed = SubnetPatch { name: Some("inner".into()), ..SubnetPatch::default() };
    assert_eq!(set(renamed).await.unwrap().name, "inner");
    let news = told(&cloud, "host-1").await.split_off(before);
    assert!(news.contains(&NetworkMessage::Changed { network_id: network.id.clone() }), "{news:?}");
    assert!(news.contains(&NetworkMessage::RouterChanged { router_id: router.id.clone() }), "{news:?}");
}

#[tokio::test]
async fn a_refused_change_changes_nothing() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let (_, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let before = service.subnet(&ann, &subnet.id).await.unwrap();
    let bad = |field: &str, patch: SubnetPatch| (field.to_owned(), SubnetPatch { name: Some("new".into()), ..patch });
    for (field, patch) in [
        bad("gateway_ip", gateway("10.0.1.1")),
        bad(
            "allocation_pools",
            SubnetPatch {
                allocation_pools: Some(vec![("10.0.0.9".into(), "10.0.0.5".into())]),
                ..SubnetPatch::default()
            },
        ),
        bad("dns_nameservers", SubnetPatch { dns_nameservers: Some(vec!["dns".into()]), ..SubnetPatch::default() }),
        bad(
            "host_routes",
            SubnetPatch { host_routes: Some(vec![("10.0.0.1/8".into(), "10.0.0.1".into())]), ..SubnetPatch::default() },
        ),
    ] {
        let refusal = service.update_subnet(&ann, &subnet.id, patch).await.unwrap_err();
        assert_eq!(refusal.field.as_deref(), Some(field.as_str()), "{refusal}");
    }
    let stranger = service.update_subnet(&eve, &subnet.id, gateway("")).await.unwrap_err();
    assert_eq!(stranger.kind(), Kind::NotFound);
    assert_eq!(service.subnet(&ann, &subnet.id).await.unwrap(), before);
}

#[tokio::test]
async fn a_network_goes_down_and_its_new_ports_need_no_rules() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    join(&cloud, &ann, &router.id, &subnet.id).await.unwrap();
    let patch = NetworkPatch { admin_state_up: Some(false), port_security: Some(false), ..NetworkPatch::default() };
    service.update_network(&ann, &network.id, patch).await.unwrap();
    let plan = store::plans::network_on(cloud.services.shared.db.read(), "host-1", &network.id).await.unwrap();
    assert!(!plan.unwrap().admin_state_up);
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert!(!port.port_security && port.security_groups.is_empty());
}
