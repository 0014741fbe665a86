//! Which segment a new network is: the part of a physical network that its frames travel on.

use crate::control::Ctx;
use crate::control::store::{self, Tx};
use crate::model::network::{Network, NewNetwork};
use crate::model::{Error, Reason, Result, Timestamp, validate};

const KIND: &str = "provider_type";
const PHYSICAL: &str = "physical_network";
const ID: &str = "segmentation_id";
const FLAT: &str = "flat";
const VLAN: &str = "vlan";
const LOCAL: &str = "local";
const KINDS: [&str; 3] = [FLAT, VLAN, LOCAL];

/// A segment as it was asked for.
pub struct Segment {
    pub kind: String,
    pub physical_network: Option<String>,
    /// A VLAN's number.
    pub id: Option<i64>,
}

/// Reads the provider attributes: `flat` and `vlan` lie on a physical network, and a VLAN has a number from 1 to 4094.
///
/// # Errors
/// The first field at fault.
pub fn read(network: &NewNetwork) -> Result<Segment> {
    let given =
        |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let kind = given(&network.provider_type).unwrap_or_else(|| LOCAL.to_owned());
    if !KINDS.contains(&kind.as_str()) {
        return Err(Error::not_a_choice(KIND, kind, KINDS.join(", ")));
    }
    let physical_network = given(&network.physical_network);
    match &physical_network {
        None if kind != LOCAL => return Err(required(PHYSICAL)),
        Some(name) if kind == LOCAL => {
            return Err(Error::not_a_choice(PHYSICAL, name.clone(), "none (a local network stays on its host)"));
        }
        _ => {}
    }
    match network.segmentation_id {
        None if kind == VLAN => return Err(required(ID)),
        Some(number) if kind == VLAN => validate::range(ID, number, 1, 4094)?,
        Some(number) => return Err(Error::not_a_choice(ID, number.to_string(), "none (type vlan alone has one)")),
        None => {}
    }
    Ok(Segment { kind, physical_network, id: network.segmentation_id })
}

/// A host has a way onto the physical network, and no other network is that segment. Arcus itself makes its first
/// network before any host has reported.
///
/// # Errors
/// `UnknownPhysicalNetwork`, `SegmentInUse`.
pub async fn claim(tx: &mut Tx, ctx: &Ctx, network: &Network) -> Result<()> {
    let Some(physical) = &network.physical_network else { return Ok(()) };
    if !ctx.is_system() {
        let hosts = store::hosts::all(&mut **tx, Timestamp::UNIX_EPOCH).await?;
        let mut known: Vec<String> = hosts.into_iter().flat_map(|host| host.inventory.physical_networks).collect();
        known.sort();
        known.dedup();
        if !known.contains(physical) {
            let known = if known.is_empty() { "-".to_owned() } else { known.join(", ") };
            return Err(Error::on(PHYSICAL, Reason::UnknownPhysicalNetwork { name: physical.clone(), known }));
        }
    }
    let (kind, id) = (&network.provider_type, network.segmentation_id);
    let Some(other) = store::networks::on_segment(&mut **tx, kind, physical, id).await? else { return Ok(()) };
    let (field, segment) = match id {
        Some(id) => (ID, format!("VLAN {id} on {physical}")),
        None => (PHYSICAL, physical.clone()),
    };
    Err(Error::on(field, Reason::SegmentInUse { segment, network: other }))
}

fn required(field: &str) -> Error {
    Error::on(field, Reason::Required { field: field.to_owned() })
}
