//! An instance for the tests.

use crate::bus::contract::{InstanceMetadata, MetadataNic, SubnetPlan};

/// An instance that has one of everything.
pub fn metadata() -> InstanceMetadata {
    let subnet = SubnetPlan {
        subnet_id: "s1".into(),
        cidr: "10.0.0.0/24".parse().unwrap(),
        gateway_ip: "10.0.0.1".parse().ok(),
        enable_dhcp: true,
        dhcp_ip: "10.0.0.2".parse().ok(),
        dns_nameservers: vec!["9.9.9.9".parse().unwrap()],
        host_routes: Vec::new(),
    };
    InstanceMetadata {
        instance_id: "d81ae412-09cd-4a35-bd63-db74d8846f17".into(),
        project_id: "p1".into(),
        number: 42,
        name: "Web 1".into(),
        hostname: "web-1".into(),
        availability_zone: "nova".into(),
        flavor_name: "m1.tiny".into(),
        image_id: "11111111-2222-4333-8444-555555555555".into(),
        public_key: Some(("mine".into(), "ssh-ed25519 AAAA ann".into())),
        user_data: Some("#!/bin/sh\necho hello\n".into()),
        metadata: [("role".to_owned(), "db".to_owned())].into(),
        security_groups: vec!["default".into(), "web".into()],
        nics: vec![MetadataNic {
            port_id: "p1".into(),
            network_id: "n1".into(),
            tap: "tap1".into(),
            mac: "fa:16:3e:00:00:11".into(),
            mtu: 1450,
            addresses: vec![("10.0.0.10".parse().unwrap(), subnet)],
        }],
        public_ipv4: Some("203.0.113.7".into()),
    }
}

/// The same, changed.
pub fn with(change: impl FnOnce(&mut InstanceMetadata)) -> InstanceMetadata {
    let mut metadata = metadata();
    change(&mut metadata);
    metadata
}
