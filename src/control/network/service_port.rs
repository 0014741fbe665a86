//! Ports that serve the network itself: DHCP's, routers', those that hold floating IPs.

use super::{mac, new_id};
use crate::control::policy::Grant;
use crate::control::store::Tx;
use crate::model::network::{Network, Port, Standard};
use crate::model::router::{FLOATING_IP, GATEWAY, INTERFACE};
use crate::model::{Error, Noun, PortId, ProjectId, Reason, Result, Timestamp};

/// The owners whose ports come and go with a router or a floating IP.
const ROUTED: [&str; 3] = [INTERFACE, GATEWAY, FLOATING_IP];

/// Whose port is wanted.
pub struct Service<'a> {
    pub owner: &'a str,
    /// The router's or floating IP's id, or empty.
    pub device: &'a str,
    /// Where it is wired, or empty.
    pub host: &'a str,
    pub project: &'a ProjectId,
}

/// A new port on the network, without an address and without filters.
pub async fn insert(
    tx: &mut Tx,
    grant: Grant,
    network: &Network,
    service: Service<'_>,
    now: Timestamp,
) -> Result<PortId> {
    let wired = service.owner != FLOATING_IP && (service.device.is_empty() || !service.host.is_empty());
    let port = Port {
        id: new_id().into(),
        network_id: network.id.clone(),
        project_id: service.project.clone(),
        name: String::new(),
        mac: String::new(),
        fixed_ips: Vec::new(),
        device_id: service.device.to_owned(),
        device_owner: service.owner.to_owned(),
        host: service.host.to_owned(),
        status: if wired { "ACTIVE" } else { "DOWN" }.to_owned(),
        admin_state_up: true,
        description: String::new(),
        port_security: false,
        allowed_address_pairs: Vec::new(),
        security_groups: Vec::new(),
        standard: Standard::default(),
        created_at: now,
        updated_at: now,
    };
    Ok(mac::insert_with_new(tx, grant, port, false).await?.id)
}

/// Nobody makes by hand what comes with a router or a floating IP, and goes with it.
pub fn refuse_owner(owner: &str) -> Result<()> {
    if ROUTED.contains(&owner) {
        return Err(Reason::Forbidden { action: "make a port of a router or a floating IP by hand".to_owned() }.into());
    }
    Ok(())
}

/// Refuses to touch, as if it were anybody's, a port that a router or a floating IP stands on.
pub fn refuse_routed(port: &Port) -> Result<()> {
    if ROUTED.contains(&port.device_owner.as_str()) {
        return Err(Reason::InUse { noun: Noun::Port, id: port.id.to_string(), by: holder(port) }.into());
    }
    Ok(())
}

/// Who has the port, in words.
pub fn holder(port: &Port) -> String {
    match port.device_owner.as_str() {
        INTERFACE | GATEWAY => format!("router {}", port.device_id),
        FLOATING_IP => {
            let address = port.fixed_ips.first().map(|fixed| fixed.ip.to_string());
            format!("floating IP {}", address.unwrap_or_else(|| port.device_id.clone()))
        }
        _ if !port.device_id.is_empty() => format!("instance {}", port.device_id),
        _ => format!("port {}", port.id),
    }
}

/// Refuses while there are such ports: says who has the first, and how many more there are.
pub fn refuse_held<'a>(noun: Noun, id: &str, ports: impl IntoIterator<Item = &'a Port>) -> Result<()> {
    let mut ports = ports.into_iter();
    let Some(first) = ports.next() else { return Ok(()) };
    let by = match ports.count() {
        0 => holder(first),
        1 => format!("{} and 1 more port", holder(first)),
        more => format!("{} and {more} more ports", holder(first)),
    };
    Err(Error::from(Reason::InUse { noun, id: id.to_owned(), by }))
}
