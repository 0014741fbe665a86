//! What belongs to one person or project does not exist for another. (Networks, images and identity have such tests
//! of their own.)

use super::testing::Cloud;
use crate::model::Kind;
use crate::model::flavor::NewFlavor;
use crate::model::security_group::{Direction, Ethertype, NewRule};

#[tokio::test]
async fn key_pairs_are_a_person_s_own_even_within_a_project() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let bob = cloud.person("bob", "web", "member").await;
    let compute = &cloud.services.compute;
    let pair = compute.generate_keypair(&ann, "laptop").await.unwrap();
    assert!(pair.private_key.starts_with("-----BEGIN OPENSSH PRIVATE KEY-----"));
    assert_eq!(compute.keypairs(&ann).await.unwrap(), [pair.keypair]);
    assert_eq!(compute.keypairs(&bob).await.unwrap(), []);
    assert_eq!(compute.keypair(&bob, "laptop").await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(compute.delete_keypair(&bob, "laptop").await.unwrap_err().kind(), Kind::NotFound);
    assert!(compute.generate_keypair(&bob, "laptop").await.is_ok(), "the name is free for him");
    assert_eq!(compute.generate_keypair(&ann, "laptop").await.unwrap_err().kind(), Kind::Conflict);
}

#[tokio::test]
async fn security_groups_are_a_project_s_own() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.network;
    let group = service.create_security_group(&ann, "ssh", "").await.unwrap();
    let rule = group.rules[0].id.clone();
    let names = |groups: Vec<crate::model::security_group::SecurityGroup>| {
        groups.into_iter().map(|group| group.name).collect::<Vec<_>>()
    };
    assert_eq!(names(service.security_groups(&ann).await.unwrap()), ["default", "ssh"]);
    assert_eq!(names(service.security_groups(&eve).await.unwrap()), ["default"]);
    let new_rule = NewRule {
        security_group_id: group.id.clone(),
        direction: Direction::Ingress,
        ethertype: Ethertype::IPv4,
        protocol: Some("tcp".into()),
        port_min: Some(22),
        port_max: Some(22),
        remote_ip_prefix: None,
        remote_group_id: None,
        description: String::new(),
    };
    let refusals = [
        service.security_group(&eve, &group.id).await.err(),
        service.update_security_group(&eve, &group.id, Some("mine"), None).await.err(),
        service.create_rule(&eve, new_rule.clone()).await.err(),
        service.delete_rule(&eve, &rule).await.err(),
        service.delete_security_group(&eve, &group.id).await.err(),
    ];
    for refusal in refusals {
        assert_eq!(refusal.expect("refused").kind(), Kind::NotFound);
    }
    service.create_rule(&ann, new_rule.clone()).await.unwrap();
    assert_eq!(service.create_rule(&ann, new_rule).await.unwrap_err().kind(), Kind::Conflict, "the same rule twice");
}

#[tokio::test]
async fn private_flavors_and_hosts_are_for_administrators() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let compute = &cloud.services.compute;
    let flavor = |id: &str, is_public: bool| NewFlavor {
        id: Some(id.into()),
        name: id.into(),
        vcpus: 1,
        ram_mb: 64,
        disk_gb: 1,
        is_public,
        ..NewFlavor::default()
    };
    compute.create_flavor(&cloud.system(), flavor("open", true)).await.unwrap();
    compute.create_flavor(&cloud.system(), flavor("closed", false)).await.unwrap();
    let seen: Vec<_> = compute.flavors(&ann).await.unwrap().into_iter().map(|flavor| flavor.name).collect();
    assert_eq!(seen, ["open"]);
    assert_eq!(compute.flavor(&ann, &"closed".into()).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(compute.create_flavor(&ann, flavor("mine", true)).await.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(compute.delete_flavor(&ann, &"open".into()).await.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(compute.hosts(&ann).await.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(compute.set_host_enabled(&ann, "host", false, None).await.unwrap_err().kind(), Kind::Forbidden);
}
