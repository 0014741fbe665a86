//! Which networks an instance gets its NICs on.

use crate::control::compute::api::ComputeApi;
use crate::control::network::may_plug;
use crate::control::{Ctx, compute::api::at};
use crate::model::launch::{LaunchRequest, NicRequest};
use crate::model::network::{Network, parse_ipv4};
use crate::model::{Error, Noun, Reason, Result, validate};

const FIELD: &str = "networks";
/// More NICs than that do not fit on the guest's PCI bus.
const MAX_NICS: i64 = 16;

/// The NICs that were asked for, each on a network that can give it an address; or, if none were, the one on the
/// only network that the project can use.
pub async fn choose(api: &ComputeApi, ctx: &Ctx, request: &LaunchRequest) -> Result<Vec<NicRequest>> {
    if request.networks.is_empty() {
        return Ok(vec![only_usable(api, ctx).await?]);
    }
    let count = i64::try_from(request.networks.len()).unwrap_or(i64::MAX);
    validate::range(FIELD, count, 1, MAX_NICS)?;
    let mut nics: Vec<NicRequest> = Vec::with_capacity(request.networks.len());
    for nic in &request.networks {
        if request.count != 1 && (nic.port_id.is_some() || nic.fixed_ip.as_deref().is_some_and(is_said)) {
            return Err(Error::on("count", Reason::OutOfRange { field: "count".to_owned(), min: 1, max: 1 }));
        }
        let nic = usable(api, ctx, nic).await?;
        if nic.port_id.is_some() && nics.iter().any(|other| other.port_id == nic.port_id) {
            return Err(Error::on(FIELD, Reason::Malformed { why: "one port was named twice".to_owned() }));
        }
        nics.push(nic);
    }
    Ok(nics)
}

/// One NIC that was asked for, if it can be had: on a network with addresses, or with a free port.
///
/// # Errors
/// With the field `networks`: `NotFound`, `InUse`, `ExternalOnly`, `NetworkWithoutSubnet`, and for a chosen address that it lies
/// outside of the network or that somebody has it. Somebody may still take it before the NIC's port is made.
pub async fn usable(api: &ComputeApi, ctx: &Ctx, nic: &NicRequest) -> Result<NicRequest> {
    if let Some(port) = &nic.port_id {
        let port = api.network.port(ctx, port).await.map_err(at(FIELD))?;
        if !port.device_id.is_empty() || !port.device_owner.is_empty() {
            let by = format!("{} {}", port.device_owner, port.device_id);
            return Err(Error::on(FIELD, Reason::InUse { noun: Noun::Port, id: port.id.to_string(), by }));
        }
        return Ok(NicRequest { network_id: port.network_id, fixed_ip: None, port_id: Some(port.id) });
    }
    let network = api.network.network(ctx, &nic.network_id).await.map_err(at(FIELD))?;
    may_plug(ctx, &network).map_err(at(FIELD))?;
    has_subnet(&network)?;
    let fixed_ip = nic.fixed_ip.as_deref().map(str::trim).filter(|text| is_said(text));
    if let Some(fixed_ip) = fixed_ip {
        is_free(api, ctx, &network, fixed_ip).await?;
    }
    Ok(NicRequest { network_id: network.id, fixed_ip: fixed_ip.map(str::to_owned), port_id: None })
}

fn is_said(text: &str) -> bool {
    !text.trim().is_empty()
}

async fn only_usable(api: &ComputeApi, ctx: &Ctx) -> Result<NicRequest> {
    let mut networks = api.network.networks(ctx).await?;
    networks.retain(|network| network.takes_instances_of(&ctx.project_id));
    if let [network] = networks.as_slice() {
        has_subnet(network)?;
    }
    networks.retain(|network| !network.subnets.is_empty());
    match networks.as_slice() {
        [] => Err(Error::on(FIELD, Reason::Required { field: "Network".to_owned() })),
        [network] => Ok(NicRequest { network_id: network.id.clone(), fixed_ip: None, port_id: None }),
        several => {
            let names: Vec<&str> = several.iter().map(|network| network.name.as_str()).collect();
            Err(Error::on(FIELD, Reason::SeveralNetworks { choices: names.join(", ") }))
        }
    }
}

fn has_subnet(network: &Network) -> Result<()> {
    if network.subnets.is_empty() {
        return Err(Error::on(FIELD, Reason::NetworkWithoutSubnet { network: network.name.clone() }));
    }
    Ok(())
}

/// The chosen address lies in a subnet of the network and nobody has it.
async fn is_free(api: &ComputeApi, ctx: &Ctx, network: &Network, fixed_ip: &str) -> Result<()> {
    let address = parse_ipv4(fixed_ip).map_err(|reason| Error::on(FIELD, reason))?;
    let Some(subnet) = network.subnets.iter().find(|subnet| subnet.cidr.contains(&address)) else {
        let cidrs: Vec<String> = network.subnets.iter().map(|subnet| subnet.cidr.to_string()).collect();
        let reason = Reason::AddressOutsideSubnet { address: address.to_string(), cidr: cidrs.join(", ") };
        return Err(Error::on(FIELD, reason));
    };
    let in_use = || Error::on(FIELD, Reason::AddressInUse { address: address.to_string() });
    if [subnet.cidr.network(), subnet.cidr.broadcast()].contains(&address) || subnet.gateway_ip == Some(address) {
        return Err(in_use());
    }
    let ports = api.network.ports(ctx, Some(&network.id)).await?;
    if ports.iter().flat_map(|port| &port.fixed_ips).any(|fixed| fixed.ip == address) {
        return Err(in_use());
    }
    Ok(())
}
