//! Floating IPs: where they may lead, and what becomes of them.

use super::routers::{host, join, new_router, outside, routed, to, told};
use super::*;
use crate::bus::contract::{FloatingPlan, NetworkMessage};
use crate::control::store::router_plans;
use crate::model::router::{FLOATING_IP, FloatingIp, InterfaceBy, NewFloatingIp, NewRouter, RouterPatch};

pub fn of(network: &NetworkId) -> NewFloatingIp {
    NewFloatingIp {
        network_id: network.clone(),
        address: None,
        description: String::new(),
        port_id: None,
        fixed_ip: None,
    }
}

async fn plans_of(cloud: &Cloud, host: &str) -> Vec<FloatingPlan> {
    let plans = router_plans::on_host(cloud.services.shared.db.read(), host).await.unwrap();
    plans.into_iter().flat_map(|plan| plan.floating_ips).collect()
}

fn target_ip(floating: &FloatingIp) -> Option<Ipv4Addr> {
    floating.target.as_ref().map(|target| target.fixed_ip)
}

#[tokio::test]
async fn it_leads_to_a_port_behind_a_router_until_it_is_told_otherwise() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (out, outer) = outside(&cloud, "203.0.113.0/24").await;
    let (router, network, _) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();

    let floating = service.create_floating_ip(&ann, of(&out.id)).await.unwrap();
    assert_eq!((floating.address, &floating.target), ([203, 0, 113, 3].into(), &None));
    assert_eq!(plans_of(&cloud, "host-1").await, []);
    let holders = service.ports(&cloud.system(), Some(&out.id)).await.unwrap();
    let holder = holders.iter().find(|port| port.device_owner == FLOATING_IP).unwrap();
    assert_eq!((ip(holder), holder.device_id.as_str()), (floating.address, floating.id.as_str()));
    assert!(matches!(reason(service.delete_port(&cloud.system(), &holder.id).await), Reason::InUse { .. }));

    let before = told(&cloud, "host-1").await.len();
    let floating = service.associate_floating_ip(&ann, &floating.id, Some(&port.id), None).await.unwrap();
    assert_eq!(target_ip(&floating), Some(ip(&port)));
    assert_eq!(floating.target.as_ref().unwrap().router_id, router.id);
    assert_eq!(service.floating_ip(&ann, &floating.id).await.unwrap(), floating);
    let plan = FloatingPlan { floating_ip: floating.address, fixed_ip: ip(&port) };
    assert_eq!(plans_of(&cloud, "host-1").await, [plan]);
    let news = told(&cloud, "host-1").await.split_off(before);
    assert!(news.contains(&NetworkMessage::RouterChanged { router_id: router.id.clone() }), "{news:?}");

    let floating = service.associate_floating_ip(&ann, &floating.id, None, None).await.unwrap();
    assert_eq!((target_ip(&floating), plans_of(&cloud, "host-1").await), (None, vec![]));
    service.delete_floating_ip(&ann, &floating.id).await.unwrap();
    assert_eq!(service.subnet(&ann, &outer.id).await.unwrap().used, 1, "the router's alone");
}

#[tokio::test]
async fn it_leads_only_where_a_router_goes_and_not_where_another_one_leads() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (network, subnet) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let straight = NewFloatingIp { port_id: Some(port.id.clone()), ..of(&out.id) };
    let refused = reason(service.create_floating_ip(&ann, straight.clone()).await);
    assert_eq!(refused, Reason::NotReachable { port: port.id.to_string(), network: "outside".into() });
    assert_eq!(service.floating_ips(&ann).await.unwrap(), [], "and nothing was allocated");

    let router = service.create_router(&ann, new_router("r")).await.unwrap();
    join(&cloud, &ann, &router.id, &subnet.id).await.unwrap();
    assert!(matches!(reason(service.create_floating_ip(&ann, straight.clone()).await), Reason::NotReachable { .. }));
    let open = RouterPatch { gateway: Some(Some(to(&out.id))), ..RouterPatch::default() };
    service.update_router(&ann, &router.id, open).await.unwrap();
    let first = service.create_floating_ip(&ann, straight.clone()).await.unwrap();
    let taken = reason(service.create_floating_ip(&ann, straight).await);
    assert!(matches!(&taken, Reason::InUse { noun: Noun::Port, by, .. } if by.contains("203.0.113.")), "{taken}");
    let same = service.associate_floating_ip(&ann, &first.id, Some(&port.id), Some(&ip(&port).to_string())).await;
    assert_eq!(target_ip(&same.unwrap()), Some(ip(&port)));
    let strange = service.associate_floating_ip(&ann, &first.id, Some(&port.id), Some("10.0.0.99")).await;
    assert_eq!(strange.unwrap_err().field.as_deref(), Some("fixed_ip"));
    let inner = service.create_floating_ip(&ann, of(&network.id)).await;
    assert!(matches!(reason(inner), Reason::NotExternal { .. }));
}

#[tokio::test]
async fn what_it_leads_through_stays_and_what_it_leads_to_may_go() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &[]).await;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (router, network, subnet) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let straight = NewFloatingIp { port_id: Some(port.id.clone()), ..of(&out.id) };
    let floating = service.create_floating_ip(&ann, straight).await.unwrap();

    let by_subnet = InterfaceBy::Subnet(subnet.id.clone());
    let removed = reason(service.remove_router_interface(&ann, &router.id, by_subnet.clone()).await);
    assert!(matches!(&removed, Reason::InUse { by, .. } if by == "floating IP 203.0.113.3"), "{removed}");
    let close = RouterPatch { gateway: Some(None), ..RouterPatch::default() };
    let closed = reason(service.update_router(&ann, &router.id, close.clone()).await);
    assert!(matches!(&closed, Reason::InUse { by, .. } if by == "floating IP 203.0.113.3"), "{closed}");
    let inward = NetworkPatch { external: Some(false), ..NetworkPatch::default() };
    assert!(matches!(reason(service.update_network(&cloud.system(), &out.id, inward).await), Reason::InUse { .. }));

    let before = told(&cloud, "host-1").await.len();
    service.delete_port(&ann, &port.id).await.unwrap();
    assert_eq!(service.floating_ip(&ann, &floating.id).await.unwrap().target, None);
    let news = told(&cloud, "host-1").await.split_off(before);
    assert!(news.contains(&NetworkMessage::RouterChanged { router_id: router.id.clone() }), "{news:?}");
    service.remove_router_interface(&ann, &router.id, by_subnet).await.unwrap();
    service.update_router(&ann, &router.id, close).await.unwrap();
    assert!(matches!(reason(service.delete_subnet(&cloud.system(), &out.subnets[0].id).await), Reason::InUse { .. }));
    service.delete_floating_ip(&ann, &floating.id).await.unwrap();
    service.delete_subnet(&cloud.system(), &out.subnets[0].id).await.unwrap();
}

#[tokio::test]
async fn another_project_s_is_out_of_reach_and_so_is_another_project_s_port() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/24").await;
    let (_, network, _) = routed(&cloud, &ann, "10.0.0.0/24", &out).await;
    // The same addresses, in another project: they have nothing to do with each other.
    routed(&cloud, &eve, "10.0.0.0/24", &out).await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let floating = service.create_floating_ip(&ann, of(&out.id)).await.unwrap();
    let own = service.create_floating_ip(&eve, of(&out.id)).await.unwrap();
    assert_eq!(service.floating_ips(&eve).await.unwrap(), std::slice::from_ref(&own));
    let refusals = [
        service.floating_ip(&eve, &floating.id).await.err(),
        service.associate_floating_ip(&eve, &floating.id, None, None).await.err(),
        service.associate_floating_ip(&eve, &own.id, Some(&port.id), None).await.err(),
        service.describe_floating_ip(&eve, &floating.id, "mine").await.err(),
        service.delete_floating_ip(&eve, &floating.id).await.err(),
    ];
    for (number, refusal) in refusals.into_iter().enumerate() {
        assert_eq!(refusal.expect("refused").kind(), Kind::NotFound, "refusal {number}");
    }
    let chosen = NewFloatingIp { address: Some("203.0.113.200".into()), ..of(&out.id) };
    assert!(matches!(reason(service.create_floating_ip(&eve, chosen.clone()).await), Reason::Forbidden { .. }));
    let chosen = service.create_floating_ip(&cloud.system(), chosen).await.unwrap();
    assert_eq!(chosen.address, Ipv4Addr::new(203, 0, 113, 200));
}

#[tokio::test]
async fn they_are_limited_and_the_pool_ends() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (out, _) = outside(&cloud, "203.0.113.0/29").await;
    let (quota, system) = (&cloud.services.quota, cloud.system());
    quota.set(&system, &ann.project_id, Resource::FloatingIps, 1).await.unwrap();
    service.create_floating_ip(&ann, of(&out.id)).await.unwrap();
    assert_eq!(service.create_floating_ip(&ann, of(&out.id)).await.unwrap_err().kind(), Kind::OverQuota);
    quota.set(&system, &ann.project_id, Resource::FloatingIps, -1).await.unwrap();
    for _ in 0..4 {
        service.create_floating_ip(&ann, of(&out.id)).await.unwrap();
    }
    let ended = reason(service.create_floating_ip(&ann, of(&out.id)).await);
    assert_eq!(ended, Reason::NoFreeAddress { network: "outside".into() });
    let wanted = NewRouter { gateway: Some(to(&out.id)), ..new_router("late") };
    assert!(matches!(reason(service.create_router(&ann, wanted).await), Reason::NoFreeAddress { .. }));
    assert_eq!(service.routers(&ann).await.unwrap(), [], "a refused router leaves nothing");
}
