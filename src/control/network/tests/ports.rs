use super::*;
use crate::control::store::db;
use crate::model::network::{AddressPair, AddressRequest, FixedIp, PortPatch};

fn at(ip: &str) -> AddressRequest {
    AddressRequest { ip: Some(ip.into()), subnet_id: None }
}

fn ips(port: &Port) -> Vec<String> {
    port.fixed_ips.iter().map(|fixed| fixed.ip.to_string()).collect()
}

#[tokio::test]
async fn a_port_has_as_many_addresses_as_are_asked_for_chosen_or_of_a_subnet() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, first) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let second = service.create_subnet(&ann, new_subnet(&network.id, "10.0.1.0/24")).await.unwrap();
    let of = |subnet: &Subnet| AddressRequest { ip: None, subnet_id: Some(subnet.id.clone()) };

    let fixed_ips = vec![of(&second), at("10.0.0.77")];
    let port = service.create_port(&ann, NewPort { fixed_ips, ..new_port(&network.id, None) }).await.unwrap();
    assert_eq!(ips(&service.port(&ann, &port.id).await.unwrap()), ["10.0.0.77", "10.0.1.3"]);

    let to = async |wanted: Vec<AddressRequest>| {
        let patch = PortPatch { fixed_ips: Some(wanted), ..PortPatch::default() };
        service.update_port(&ann, &port.id, patch).await
    };
    let changed = to(vec![at("10.0.0.77"), at("10.0.0.78"), of(&second)]).await.unwrap();
    assert_eq!(ips(&changed), ["10.0.0.77", "10.0.0.78", "10.0.1.3"], "what it has stays");
    let changed = to(vec![of(&first), at("10.0.0.78")]).await.unwrap();
    assert_eq!(ips(&changed), ["10.0.0.77", "10.0.0.78"], "an open wish is met by what it has");
    assert_eq!(service.port(&ann, &port.id).await.unwrap(), changed);
    assert_eq!(service.subnet(&ann, &second.id).await.unwrap().used, 1, "DHCP's alone: the other was given back");
    assert!(matches!(reason(to(vec![at("10.0.0.2")]).await), Reason::AddressInUse { .. }));
    assert_eq!(service.port(&ann, &port.id).await.unwrap(), changed, "a refused change changes nothing");
    let elsewhere = AddressRequest { subnet_id: Some("none".into()), ip: None };
    assert!(matches!(reason(to(vec![elsewhere]).await), Reason::NotFound { noun: Noun::Subnet, .. }));
}

#[tokio::test]
async fn what_describes_a_port_and_what_guards_it_can_be_changed() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let web = service.create_security_group(&ann, "web", "").await.unwrap();
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let patch = PortPatch {
        name: Some(" www ".into()),
        description: Some("the front".into()),
        admin_state_up: Some(false),
        security_groups: Some(vec!["web".into()]),
        allowed_address_pairs: Some(vec![("10.0.0.200".into(), None)]),
        ..PortPatch::default()
    };
    let changed = service.update_port(&ann, &port.id, patch).await.unwrap();
    let pair = AddressPair { ip: "10.0.0.200/32".parse().unwrap(), mac: None };
    let expected = Port {
        name: "www".into(),
        description: "the front".into(),
        admin_state_up: false,
        security_groups: vec![web.id],
        allowed_address_pairs: vec![pair],
        standard: port.standard.changed(),
        updated_at: changed.updated_at,
        ..port.clone()
    };
    assert_eq!(changed, expected);
    assert_eq!(service.port(&ann, &port.id).await.unwrap(), expected);
}

#[tokio::test]
async fn groups_and_pairs_need_port_security() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let open = || NewPort { port_security: Some(false), ..new_port(&network.id, None) };
    let port = service.create_port(&ann, open()).await.unwrap();
    assert_eq!((port.port_security, port.security_groups.len()), (false, 0));
    let with_group = NewPort { security_groups: Some(vec!["default".into()]), ..open() };
    assert_eq!(reason(service.create_port(&ann, with_group).await), Reason::NeedsPortSecurity);
    let with_pair = NewPort { allowed_address_pairs: vec![("10.9.0.0/24".into(), None)], ..open() };
    assert_eq!(reason(service.create_port(&ann, with_pair).await), Reason::NeedsPortSecurity);

    let guarded = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let off = PortPatch { port_security: Some(false), ..PortPatch::default() };
    assert_eq!(reason(service.update_port(&ann, &guarded.id, off.clone()).await), Reason::NeedsPortSecurity);
    let off = PortPatch { security_groups: Some(Vec::new()), ..off };
    assert!(!service.update_port(&ann, &guarded.id, off).await.unwrap().port_security);
}

#[tokio::test]
async fn a_network_says_what_its_new_ports_start_with() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let before = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let off = NetworkPatch { port_security: Some(false), ..NetworkPatch::default() };
    assert!(!service.update_network(&ann, &network.id, off).await.unwrap().port_security);
    assert!(!service.network(&ann, &network.id).await.unwrap().port_security);
    let after = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert_eq!((after.port_security, after.security_groups.len()), (false, 0));
    assert!(service.port(&ann, &before.id).await.unwrap().port_security, "ports of before keep theirs");
    let launched = NewPort {
        device_owner: "compute:nova".into(),
        device_id: "i1".into(),
        security_groups: Some(vec!["default".into()]),
        ..new_port(&network.id, None)
    };
    let root = cloud.person("root", "web", "admin").await;
    assert_eq!(service.create_port(&root, launched).await.unwrap().security_groups, Vec::new());
}

#[tokio::test]
async fn on_another_s_network_nobody_loosens_what_is_checked() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let system = cloud.system();
    let service = &cloud.services.network;
    let network = service.create_network(&system, NewNetwork { shared: true, ..new_network("all") }).await.unwrap();
    service.create_subnet(&system, new_subnet(&network.id, "10.0.0.0/24")).await.unwrap();
    let open = NewPort { port_security: Some(false), ..new_port(&network.id, None) };
    assert!(matches!(reason(service.create_port(&ann, open.clone()).await), Reason::Forbidden { .. }));
    let pair = NewPort { allowed_address_pairs: vec![("10.0.0.1".into(), None)], ..new_port(&network.id, None) };
    assert!(matches!(reason(service.create_port(&ann, pair).await), Reason::Forbidden { .. }));
    assert!(service.create_port(&system, open).await.is_ok());

    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let off = PortPatch { port_security: Some(false), security_groups: Some(Vec::new()), ..PortPatch::default() };
    assert!(matches!(reason(service.update_port(&ann, &port.id, off).await), Reason::Forbidden { .. }));
    let same = PortPatch { port_security: Some(true), ..PortPatch::default() };
    assert!(service.update_port(&ann, &port.id, same).await.is_ok());
}

#[tokio::test]
async fn ports_of_services_and_of_others_are_not_changed() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let dhcp = service.ports(&ann, Some(&network.id)).await.unwrap().remove(0);
    let down = PortPatch { admin_state_up: Some(false), ..PortPatch::default() };
    assert!(matches!(reason(service.update_port(&ann, &dhcp.id, down.clone()).await), Reason::InUse { .. }));
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    assert!(matches!(reason(service.update_port(&eve, &port.id, down).await), Reason::NotFound { .. }));
}

#[tokio::test]
async fn a_port_that_may_not_be_called_so_keeps_its_name_as_well() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let change =
        |owner: &str| PortPatch { name: Some("new".into()), device_owner: Some(owner.into()), ..PortPatch::default() };
    let refusal = reason(service.update_port(&ann, &port.id, change("network:dhcp")).await);
    assert!(matches!(refusal, Reason::Forbidden { .. }), "{refusal:?}");
    assert_eq!(service.port(&ann, &port.id).await.unwrap(), port);
    let changed = service.update_port(&ann, &port.id, change("baremetal:none")).await.unwrap();
    assert_eq!((changed.name.as_str(), changed.device_owner.as_str()), ("new", "baremetal:none"));
}

#[tokio::test]
async fn an_address_to_which_a_floating_ip_leads_stays() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.network;
    let (network, _) = wired(&cloud, &ann, "10.0.0.0/24").await;
    let port = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let outer = service.create_port(&ann, new_port(&network.id, None)).await.unwrap();
    let FixedIp { ip, .. } = port.fixed_ips[0];
    let mut tx = service.shared.db.write().await.unwrap();
    db::query(
        "INSERT INTO floating_ips (id, project_id, port_id, description, fixed_port_id, fixed_ip, created_at, updated_at) \
         VALUES ('f', '', $1, '', $2, $3, $4, $4)",
    )
    .bind(&outer.id)
    .bind(&port.id)
    .bind(ip.to_string())
    .bind(service.shared.now())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    let patch = PortPatch { fixed_ips: Some(vec![at("10.0.0.99")]), ..PortPatch::default() };
    let by = format!("floating IP {}", outer.fixed_ips[0].ip);
    let refusal = reason(service.update_port(&ann, &port.id, patch).await);
    assert_eq!(refusal, Reason::InUse { noun: Noun::Port, id: port.id.to_string(), by });
}
