use super::*;
use crate::bus::contract::{FirewallPlan, NetworkMessage};
use crate::control::store::{firewall_plans, outbox};
use crate::model::network::PortPatch;
use crate::model::security_group::{Direction, Ethertype, NewRule};
use crate::model::{InstanceId, SecurityGroupId};

/// An instance's port on a host, as an administrator of the project makes it.
async fn placed(cloud: &Cloud, admin: &Ctx, network: &Network, host: &str, device: &str, group: &str) -> Port {
    let new = NewPort {
        host: host.into(),
        device_id: device.into(),
        device_owner: "compute:nova".into(),
        security_groups: Some(vec![group.into()]),
        ..new_port(&network.id, None)
    };
    cloud.services.network.create_port(admin, new).await.unwrap()
}

fn rule(group: &SecurityGroupId, remote: Option<&SecurityGroupId>) -> NewRule {
    NewRule {
        security_group_id: group.clone(),
        direction: Direction::Ingress,
        ethertype: Ethertype::IPv4,
        protocol: Some("tcp".into()),
        port_min: Some(22),
        port_max: Some(22),
        remote_ip_prefix: None,
        remote_group_id: remote.map(ToString::to_string),
        description: String::new(),
    }
}

async fn plan(cloud: &Cloud, host: &str) -> FirewallPlan {
    firewall_plans::of_host(cloud.services.network.shared.db.read(), host).await.unwrap()
}

/// The hosts told that something else may pass, since message `after`; and the last message's number.
async fn told(cloud: &Cloud, after: i64) -> (Vec<String>, i64) {
    let waiting = outbox::after(cloud.services.network.shared.db.read(), after, u32::MAX).await.unwrap();
    let last = waiting.last().map_or(after, |row| row.seq);
    let news = |row: &outbox::Waiting| matches!(row.envelope.open(), Ok(NetworkMessage::FirewallChanged));
    (waiting.into_iter().filter(news).map(|row| row.topic).collect(), last)
}

#[tokio::test]
async fn a_host_s_plan_has_its_ports_their_groups_and_the_members_of_those_their_rules_name() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let root = cloud.person("root", "web", "admin").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let web = service.create_security_group(&ann, "web", "").await.unwrap().id;
    let clients = service.create_security_group(&ann, "clients", "").await.unwrap().id;
    service.create_rule(&ann, rule(&web, Some(&clients))).await.unwrap();
    let server = placed(&cloud, &root, &network, "host1", "i1", "web").await;
    let client = placed(&cloud, &root, &network, "host2", "i2", "clients").await;
    let unbound = NewPort {
        security_groups: Some(vec!["clients".into()]),
        allowed_address_pairs: vec![("10.9.0.0/24".into(), None)],
        ..new_port(&network.id, None)
    };
    let unbound = service.create_port(&ann, unbound).await.unwrap();

    let plan = plan(&cloud, "host1").await;
    assert_eq!(plan.ports.len(), 1, "DHCP's port and those of other hosts are none of it");
    let port = &plan.ports[0];
    assert_eq!((&port.port_id, &port.mac, port.tap.as_str()), (&server.id, &server.mac, &*server.tap_name()));
    assert_eq!(port.ips, [std::net::IpAddr::from(ip(&server))]);
    assert_eq!(
        (port.groups.as_slice(), port.dhcp_servers.as_slice()),
        (&[web.clone()][..], &[[10, 0, 0, 2].into()][..])
    );
    let group = |id| plan.groups.iter().find(|group| group.group_id == id).unwrap();
    assert_eq!(plan.groups.len(), 2);
    assert_eq!(group(web).rules.len(), 3, "two that let everything out, one that lets clients in");
    let mut members: Vec<String> = group(clients).members.iter().map(ToString::to_string).collect();
    members.sort();
    let mut expected = vec![format!("{}/32", ip(&client)), format!("{}/32", ip(&unbound)), "10.9.0.0/24".to_owned()];
    expected.sort();
    assert_eq!(members, expected);
}

#[tokio::test]
async fn every_host_whose_ports_a_change_concerns_is_told() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let root = cloud.person("root", "web", "admin").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let (other, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let web = service.create_security_group(&ann, "web", "").await.unwrap().id;
    let clients = service.create_security_group(&ann, "clients", "").await.unwrap().id;
    placed(&cloud, &root, &network, "host1", "i1", "web").await;
    let (_, seen) = told(&cloud, 0).await;

    let named = service.create_rule(&ann, rule(&web, Some(&clients))).await.unwrap();
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1"], "its group has a new rule");
    let client = placed(&cloud, &root, &other, "host2", "i2", "clients").await;
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1"], "a group that its rule names has a new member, on a network that it lacks");

    let leave = PortPatch { security_groups: Some(Vec::new()), ..PortPatch::default() };
    service.update_port(&ann, &client.id, leave).await.unwrap();
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1"]);
    let join = PortPatch { security_groups: Some(vec!["clients".into()]), ..PortPatch::default() };
    service.update_port(&ann, &client.id, join).await.unwrap();
    let pair = PortPatch { allowed_address_pairs: Some(vec![("10.9.0.9".into(), None)]), ..PortPatch::default() };
    service.update_port(&ann, &client.id, pair).await.unwrap();
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1", "network.host1"]);
    let rename = PortPatch { name: Some("c".into()), ..PortPatch::default() };
    service.update_port(&ann, &client.id, rename).await.unwrap();
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, Vec::<String>::new());

    let mut tx = service.shared.db.write().await.unwrap();
    release_ports_of(&mut tx, &InstanceId::from("i2"), service.shared.now()).await.unwrap();
    tx.commit().await.unwrap();
    let (hosts, seen) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1"], "the member went with its instance");
    service.delete_rule(&ann, &named.id).await.unwrap();
    let (hosts, _) = told(&cloud, seen).await;
    assert_eq!(hosts, ["network.host1"]);
}
