//! Changing a port.

use super::ports::{may_own, status_on, visible_port};
use super::service_port::refuse_routed;
use super::{NetworkService, address_pairs, addresses, firewall, hosts, port_groups, port_security};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{self, Tx};
use crate::model::network::{AddressRequest, FixedIp, Network, Port, PortPatch};
use crate::model::{Noun, PortId, Reason, Result, SecurityGroupId, validate};

const WHAT: &str = "change a port";

impl NetworkService {
    /// Changes a port of the caller's project.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`; `InUse` for ports that are a service's own and for an address that a floating IP leads
    /// to; `NeedsPortSecurity`, or the first field at fault.
    pub async fn update_port(&self, ctx: &Ctx, id: &PortId, patch: PortPatch) -> Result<Port> {
        let mut tx = self.shared.db.write().await?;
        let (port, network) = self.change_port(&mut tx, ctx, id, patch).await?;
        self.shared.commit(tx).await?;
        self.tell_port(&port, &network);
        Ok(port)
    }

    /// Changes several ports: all of them, or none.
    ///
    /// # Errors
    /// As [`Self::update_port`].
    pub async fn update_ports(&self, ctx: &Ctx, patches: Vec<(PortId, PortPatch)>) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        let mut changed = Vec::new();
        for (id, patch) in patches {
            changed.push(self.change_port(&mut tx, ctx, &id, patch).await?);
        }
        self.shared.commit(tx).await?;
        changed.iter().for_each(|(port, network)| self.tell_port(port, network));
        Ok(())
    }

    async fn change_port(&self, tx: &mut Tx, ctx: &Ctx, id: &PortId, patch: PortPatch) -> Result<(Port, Network)> {
        let grant = policy::check(ctx, Action::Write, WHAT)?;
        let now = self.shared.now();
        let (old, network) = own_port(tx, ctx, id).await?;
        is_a_guest_s(&old, &patch)?;
        let mut port = Port { updated_at: now, standard: old.standard.changed(), ..old.clone() };
        describe(&mut port, &patch)?;
        if let Some(owner) = patch.device_owner {
            refuse_routed(&old)?;
            may_own(ctx, &owner)?;
            port.device_owner = owner;
        }
        if let Some(wanted) = &patch.security_groups {
            port.security_groups = port_groups::named(tx, &port.project_id, wanted, now).await?;
        }
        if let Some(typed) = &patch.allowed_address_pairs {
            port.allowed_address_pairs = address_pairs::read(typed)?;
        }
        port_security::check(ctx, &network, &port, (old.port_security, &old.allowed_address_pairs))?;
        if let Some(wanted) = &patch.fixed_ips {
            port.fixed_ips = readdress(tx, &network, &old, wanted).await?;
        }
        store::ports::update(tx, grant, &port).await?;
        hosts::announce(tx, ctx, &network.id, Vec::new(), now).await?;
        firewall::members_changed(tx, &ctx.request_id, left_joined_or_moved(&old, &port), now).await?;
        Ok((port, network))
    }
}

/// A port of the caller's project, at the revision that the caller expects.
async fn own_port(tx: &mut Tx, ctx: &Ctx, id: &PortId) -> Result<(Port, Network)> {
    let (port, network) = visible_port(tx, ctx, id).await?;
    if port.project_id != ctx.project_id && !ctx.is_admin() {
        return Err(Reason::Forbidden { action: WHAT.to_owned() }.into());
    }
    ctx.expects(Noun::Port, id.as_str(), &port.standard)?;
    Ok((port, network))
}

/// What routers, DHCP and floating IPs hold changes with them; of its ports, only words.
fn is_a_guest_s(port: &Port, patch: &PortPatch) -> Result<()> {
    let without_words = PortPatch { name: None, description: None, device_owner: None, ..patch.clone() };
    if without_words == PortPatch::default() || !port.device_owner.starts_with("network:") {
        return Ok(());
    }
    Err(Reason::InUse { noun: Noun::Port, id: port.id.to_string(), by: port.device_owner.clone() }.into())
}

fn describe(port: &mut Port, patch: &PortPatch) -> Result<()> {
    if let Some(name) = &patch.name {
        validate::at_most("name", name, validate::MAX_NAME)?;
        port.name = name.trim().to_owned();
    }
    if let Some(description) = &patch.description {
        validate::at_most("description", description, validate::MAX_NAME)?;
        port.description = description.trim().to_owned();
    }
    port.admin_state_up = patch.admin_state_up.unwrap_or(port.admin_state_up);
    port.port_security = patch.port_security.unwrap_or(port.port_security);
    port.status = status_on(&port.host, port.admin_state_up);
    Ok(())
}

/// The port's addresses after a change: those that it has and is still to have first.
async fn readdress(tx: &mut Tx, network: &Network, port: &Port, wanted: &[AddressRequest]) -> Result<Vec<FixedIp>> {
    let (mut held, mut kept, mut missing) = (port.fixed_ips.clone(), Vec::new(), Vec::new());
    // Those that name an address first, so that one that does not leaves it to them.
    let (named, open): (Vec<_>, Vec<_>) = wanted.iter().partition(|request| request.ip.is_some());
    for request in named.into_iter().chain(open) {
        match addresses::held(&held, request)? {
            Some(index) => kept.push(held.remove(index)),
            None => missing.push(request),
        }
    }
    for gone in &held {
        if let Some(floating) = store::addresses::led_to_by(&mut **tx, &port.id, gone.ip).await? {
            let by = format!("floating IP {floating}");
            return Err(Reason::InUse { noun: Noun::Port, id: port.id.to_string(), by }.into());
        }
        store::addresses::release(tx, gone, &port.id).await?;
    }
    for request in missing {
        kept.push(addresses::given(tx, network, request, &port.id).await?);
    }
    kept.sort_by_key(|fixed| fixed.ip);
    Ok(kept)
}

/// The groups with another member than before, or with one that has other addresses.
fn left_joined_or_moved<'a>(old: &'a Port, new: &'a Port) -> impl Iterator<Item = &'a SecurityGroupId> {
    let moved = old.fixed_ips != new.fixed_ips || old.allowed_address_pairs != new.allowed_address_pairs;
    let in_both = move |id: &SecurityGroupId| old.security_groups.contains(id) && new.security_groups.contains(id);
    old.security_groups.iter().chain(&new.security_groups).filter(move |id| moved || !in_both(id))
}
