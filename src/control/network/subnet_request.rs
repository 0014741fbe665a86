//! What a person typed for a subnet, read and checked.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::Ipv4Net;

use super::networks::description_of;
use super::new_id;
use crate::model::network::{
    AllocationPool, HostRoute, NewSubnet, Standard, Subnet, SubnetPatch, default_pools, parse_cidr, parse_ipv4,
};
use crate::model::{Error, ProjectId, Reason, Result, Timestamp, validate};

/// A /31 or /32 has no room for a guest, and what is larger than a /8 is a slip.
const PREFIXES: (i64, i64) = (8, 30);

/// The subnet that was asked for, in the network's project.
pub fn read(new: &NewSubnet, project: &ProjectId, now: Timestamp) -> Result<Subnet> {
    validate::at_most("name", &new.name, validate::MAX_NAME)?;
    let cidr = parse_cidr(&new.cidr).map_err(at("cidr"))?;
    validate::range("cidr", cidr.prefix_len().into(), PREFIXES.0, PREFIXES.1)?;
    let gateway_ip = gateway_of(new.gateway_ip.as_deref(), cidr).map_err(at("gateway_ip"))?;
    Ok(Subnet {
        id: new_id().into(),
        network_id: new.network_id.as_str().into(),
        project_id: project.clone(),
        name: new.name.trim().to_owned(),
        cidr,
        gateway_ip,
        enable_dhcp: new.enable_dhcp,
        allocation_pools: pools_of(&new.allocation_pools, cidr, gateway_ip).map_err(at("allocation_pools"))?,
        dns_nameservers: servers_of(&new.dns_nameservers).map_err(at("dns_nameservers"))?,
        host_routes: routes_of(&new.host_routes).map_err(at("host_routes"))?,
        used: 0,
        description: description_of(&new.description)?,
        standard: Standard::default(),
        created_at: now,
        updated_at: now,
    })
}

/// Changes the subnet as was asked. Pools that held everything but the old gateway hold everything but the new one.
pub fn apply(patch: &SubnetPatch, subnet: &mut Subnet) -> Result<()> {
    if let Some(name) = &patch.name {
        validate::at_most("name", name, validate::MAX_NAME)?;
        subnet.name = name.trim().to_owned();
    }
    if let Some(description) = &patch.description {
        subnet.description = description_of(description)?;
    }
    let default_before = subnet.allocation_pools == default_pools(subnet.cidr, subnet.gateway_ip);
    if let Some(typed) = &patch.gateway_ip {
        subnet.gateway_ip = gateway_of(Some(typed), subnet.cidr).map_err(at("gateway_ip"))?;
    }
    match &patch.allocation_pools {
        Some(typed) => {
            let pools = pools_of(typed, subnet.cidr, subnet.gateway_ip);
            subnet.allocation_pools = pools.map_err(at("allocation_pools"))?;
        }
        None if default_before => subnet.allocation_pools = default_pools(subnet.cidr, subnet.gateway_ip),
        None => {}
    }
    if let Some(typed) = &patch.dns_nameservers {
        subnet.dns_nameservers = servers_of(typed).map_err(at("dns_nameservers"))?;
    }
    if let Some(typed) = &patch.host_routes {
        subnet.host_routes = routes_of(typed).map_err(at("host_routes"))?;
    }
    subnet.enable_dhcp = patch.enable_dhcp.unwrap_or(subnet.enable_dhcp);
    Ok(())
}

fn at(field: &'static str) -> impl Fn(Reason) -> Error {
    move |reason| Error::on(field, reason)
}

/// Whether a port or gateway can have the address: neither the subnet's first nor its last one.
pub fn is_host(cidr: Ipv4Net, address: Ipv4Addr) -> bool {
    cidr.contains(&address) && address != cidr.network() && address != cidr.broadcast()
}

fn gateway_of(typed: Option<&str>, cidr: Ipv4Net) -> Result<Option<Ipv4Addr>, Reason> {
    let Some(text) = typed else { return Ok(cidr.hosts().next()) };
    if text.trim().is_empty() {
        return Ok(None);
    }
    let gateway = parse_ipv4(text)?;
    if is_host(cidr, gateway) {
        return Ok(Some(gateway));
    }
    Err(Reason::AddressOutsideSubnet { address: gateway.to_string(), cidr: cidr.to_string() })
}

/// Sorted, and those that touch or overlap joined, so that no address counts twice.
fn pools_of(
    typed: &[(String, String)],
    cidr: Ipv4Net,
    gateway: Option<Ipv4Addr>,
) -> Result<Vec<AllocationPool>, Reason> {
    if typed.is_empty() {
        return Ok(default_pools(cidr, gateway));
    }
    let mut pools = Vec::with_capacity(typed.len());
    for (start, end) in typed {
        let pool = AllocationPool { start: parse_ipv4(start)?, end: parse_ipv4(end)? };
        if !is_host(cidr, pool.start) || !is_host(cidr, pool.end) || pool.start > pool.end {
            let (start, end) = (pool.start.to_string(), pool.end.to_string());
            return Err(Reason::BadPool { start, end, cidr: cidr.to_string() });
        }
        pools.push(pool);
    }
    pools.sort_by_key(|pool| pool.start);
    let mut joined: Vec<AllocationPool> = Vec::with_capacity(pools.len());
    for pool in pools {
        match joined.last_mut() {
            Some(last) if u32::from(pool.start) <= u32::from(last.end) + 1 => last.end = last.end.max(pool.end),
            _ => joined.push(pool),
        }
    }
    Ok(joined)
}

fn servers_of(typed: &[String]) -> Result<Vec<IpAddr>, Reason> {
    let read = |text: &String| text.trim().parse().map_err(|_| Reason::BadAddress { value: text.clone() });
    typed.iter().map(read).collect()
}

fn routes_of(typed: &[(String, String)]) -> Result<Vec<HostRoute>, Reason> {
    let read = |(destination, nexthop): &(String, String)| {
        Ok(HostRoute { destination: parse_cidr(destination)?, nexthop: parse_ipv4(nexthop)? })
    };
    typed.iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(change: impl FnOnce(&mut NewSubnet)) -> Result<Subnet> {
        let mut new = NewSubnet { cidr: "10.0.0.0/24".into(), enable_dhcp: true, ..NewSubnet::default() };
        change(&mut new);
        read(&new, &"p".into(), Timestamp::UNIX_EPOCH)
    }

    fn refused(change: impl FnOnce(&mut NewSubnet)) -> (String, Reason) {
        let error = asked(change).expect_err("it must be refused");
        (error.field.expect("the field is named"), error.reason)
    }

    #[test]
    fn what_is_left_out_is_filled_in() {
        let subnet = asked(|_| ()).unwrap();
        assert_eq!(subnet.gateway_ip, Some(Ipv4Addr::new(10, 0, 0, 1)));
        assert_eq!(subnet.capacity(), 253);
        let subnet = asked(|new| new.gateway_ip = Some(String::new())).unwrap();
        assert_eq!((subnet.gateway_ip, subnet.capacity()), (None, 254));
    }

    #[test]
    fn each_field_is_refused_by_name() {
        let cidr = |text: &str| refused(|new| new.cidr = text.into());
        assert_eq!(cidr("ten").0, "cidr");
        assert!(matches!(cidr("10.0.0.1/24").1, Reason::HostBitsSet { .. }));
        assert!(matches!(cidr("10.0.0.0/31").1, Reason::OutOfRange { .. }));
        assert!(matches!(cidr("0.0.0.0/0").1, Reason::OutOfRange { .. }));
        for outside in ["10.0.1.1", "10.0.0.0", "10.0.0.255"] {
            let (field, reason) = refused(|new| new.gateway_ip = Some(outside.into()));
            assert_eq!(field, "gateway_ip");
            assert!(matches!(reason, Reason::AddressOutsideSubnet { .. }), "{reason}");
        }
        for (start, end) in [("10.0.0.9", "10.0.0.5"), ("10.0.0.0", "10.0.0.9"), ("10.0.0.250", "10.0.0.255")] {
            let (field, reason) = refused(|new| new.allocation_pools = vec![(start.into(), end.into())]);
            assert_eq!(field, "allocation_pools");
            assert!(matches!(reason, Reason::BadPool { .. }), "{reason}");
        }
        assert_eq!(refused(|new| new.dns_nameservers = vec!["dns".into()]).0, "dns_nameservers");
        assert_eq!(refused(|new| new.host_routes = vec![("10.1.0.0/16".into(), "x".into())]).0, "host_routes");
    }

    #[test]
    fn overlapping_pools_are_joined() {
        let pool = |start: &str, end: &str| (format!("10.0.0.{start}"), format!("10.0.0.{end}"));
        let subnet = asked(|new| new.allocation_pools = vec![pool("20", "30"), pool("10", "20"), pool("40", "41")]);
        let subnet = subnet.unwrap();
        assert_eq!(subnet.allocation_pools.len(), 2);
        assert_eq!(subnet.capacity(), 21 + 2);
    }
}
