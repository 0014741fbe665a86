//! `network_data.json`: the guest's NICs, and where their addresses come from.

use std::net::Ipv4Addr;

use ipnet::Ipv4Net;
use serde_json::{Value, json};

use crate::bus::contract::{InstanceMetadata, MetadataNic, SubnetPlan};

/// The links, the networks on them, and DNS servers.
pub fn of(metadata: &InstanceMetadata) -> Value {
    let addresses = || metadata.nics.iter().flat_map(|nic| nic.addresses.iter().map(move |address| (nic, address)));
    let networks: Vec<Value> =
        addresses().enumerate().map(|(index, (nic, (ip, subnet)))| network(index, nic, *ip, subnet)).collect();
    let mut services: Vec<Value> = Vec::new();
    for (_, (_, subnet)) in addresses() {
        for server in dns(subnet) {
            if !services.contains(&server) {
                services.push(server);
            }
        }
    }
    let links: Vec<Value> = metadata.nics.iter().map(link).collect();
    json!({ "links": links, "networks": networks, "services": services })
}

fn link(nic: &MetadataNic) -> Value {
    json!({
        "id": nic.tap,
        "vif_id": nic.port_id,
        "type": "bridge",
        "mtu": nic.mtu,
        "ethernet_mac_address": nic.mac,
    })
}

/// With DHCP the server says the rest.
fn network(index: usize, nic: &MetadataNic, ip: Ipv4Addr, subnet: &SubnetPlan) -> Value {
    let mut network = json!({
        "id": format!("network{index}"),
        "type": "ipv4_dhcp",
        "link": nic.tap,
        "network_id": nic.network_id,
    });
    if !subnet.enable_dhcp {
        network["type"] = json!("ipv4");
        network["ip_address"] = json!(ip);
        network["netmask"] = json!(subnet.cidr.netmask());
        network["routes"] = json!(routes(subnet));
        network["services"] = json!(dns(subnet));
    }
    network
}

fn routes(subnet: &SubnetPlan) -> Vec<Value> {
    let route = |to: Ipv4Net, gateway: Ipv4Addr| json!({ "network": to.network(), "netmask": to.netmask(), "gateway": gateway });
    let default = subnet.gateway_ip.map(|gateway| route(Ipv4Net::default(), gateway));
    let listed = subnet.host_routes.iter().map(|found| route(found.destination, found.nexthop));
    default.into_iter().chain(listed).collect()
}

fn dns(subnet: &SubnetPlan) -> Vec<Value> {
    subnet.dns_nameservers.iter().map(|address| json!({ "type": "dns", "address": address })).collect()
}

#[cfg(test)]
mod tests {
    use super::super::sample::{metadata, with};
    use super::*;

    #[test]
    fn a_subnet_with_dhcp_leaves_the_rest_to_it() {
        let expected = json!({
            "links": [{ "id": "tap1", "vif_id": "p1", "type": "bridge", "mtu": 1450,
                "ethernet_mac_address": "fa:16:3e:00:00:11" }],
            "networks": [{ "id": "network0", "type": "ipv4_dhcp", "link": "tap1", "network_id": "n1" }],
            "services": [{ "type": "dns", "address": "9.9.9.9" }],
        });
        assert_eq!(of(&metadata()), expected);
    }

    #[test]
    fn without_dhcp_address_and_routes_are_told() {
        let metadata = with(|metadata| {
            let subnet = &mut metadata.nics[0].addresses[0].1;
            subnet.enable_dhcp = false;
            subnet.host_routes =
                serde_json::from_value(json!([{ "destination": "172.16.0.0/12", "nexthop": "10.0.0.9" }])).unwrap();
        });
        let expected = json!([{
            "id": "network0", "type": "ipv4", "link": "tap1", "network_id": "n1",
            "ip_address": "10.0.0.10", "netmask": "255.255.255.0",
            "routes": [
                { "network": "0.0.0.0", "netmask": "0.0.0.0", "gateway": "10.0.0.1" },
                { "network": "172.16.0.0", "netmask": "255.240.0.0", "gateway": "10.0.0.9" },
            ],
            "services": [{ "type": "dns", "address": "9.9.9.9" }],
        }]);
        assert_eq!(of(&metadata)["networks"], expected);
    }

    #[test]
    fn a_dns_server_of_two_networks_is_named_once() {
        let metadata = with(|metadata| metadata.nics.push(metadata.nics[0].clone()));
        let data = of(&metadata);
        assert_eq!(data["services"].as_array().unwrap().len(), 1);
        assert_eq!(data["networks"][1]["id"], "network1");
    }
}
