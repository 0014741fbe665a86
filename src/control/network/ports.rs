//! Ports.

use super::{
    NetworkService, address_pairs, addresses, dhcp, firewall, floating_ips, hosts, mac, may_plug, new_id, port_groups,
    port_security, service_port, visible_network,
};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::quota::check_in_tx;
use crate::control::store::{self, Tx};
use crate::model::network::{AddressRequest, Network, NewPort, Port, Standard};
use crate::model::quota::Resource;
use crate::model::{Error, InstanceId, NetworkId, Noun, PortId, Reason, Result, validate};

/// The owner of an instance's ports.
const COMPUTE: &str = "compute:nova";

impl NetworkService {
    /// Ports of a network (or of all that the caller may see).
    pub async fn ports(&self, ctx: &Ctx, network: Option<&NetworkId>) -> Result<Vec<Port>> {
        let mut tx = self.shared.db.snapshot().await?;
        match network {
            Some(id) => {
                let network = visible_network(&mut tx, ctx, id).await?;
                let mut ports = store::ports::on_network(&mut tx, id).await?;
                ports.retain(|port| sees(ctx, port, &network));
                Ok(ports)
            }
            None if ctx.is_admin() => store::ports::all(&mut tx).await,
            None => store::ports::of_project(&mut tx, &ctx.project_id).await,
        }
    }

    /// The caller's ports of a device, in the order of its NICs.
    pub async fn ports_of_device(&self, ctx: &Ctx, device: &InstanceId) -> Result<Vec<Port>> {
        let mut tx = self.shared.db.snapshot().await?;
        let mut ports = store::ports::of_device(&mut tx, device).await?;
        ports.retain(|port| ctx.is_admin() || port.project_id == ctx.project_id);
        Ok(ports)
    }

    /// # Errors
    /// `NotFound`.
    pub async fn port(&self, ctx: &Ctx, id: &PortId) -> Result<Port> {
        Ok(visible_port(&mut self.shared.db.snapshot().await?, ctx, id).await?.0)
    }

    /// Allocates MAC and addresses in one transaction. A port for `compute:` and an instance is taken to be made by its
    /// launch, and goes with it.
    ///
    /// # Errors
    /// `AddressInUse`, `NoFreeAddress`, `QuotaExceeded`, `NeedsPortSecurity`; `Forbidden` for
    /// less security on another's network.
    pub async fn create_port(&self, ctx: &Ctx, new: NewPort) -> Result<Port> {
        let made = self.create_ports(vec![(ctx.clone(), new)]).await?;
        made.into_iter().next().ok_or_else(|| Error::internal("no port was made"))
    }

    /// Several at once, each for the project of its context: all of them or none.
    ///
    /// # Errors
    /// As [`Self::create_port`].
    pub async fn create_ports(&self, wanted: Vec<(Ctx, NewPort)>) -> Result<Vec<Port>> {
        let mut made = Vec::with_capacity(wanted.len());
        let mut tx = self.shared.db.write().await?;
        for (ctx, new) in wanted {
            made.push(self.add_port(&mut tx, &ctx, new).await?);
        }
        self.shared.commit(tx).await?;
        made.iter().for_each(|(port, network)| self.tell_port(port, network));
        Ok(made.into_iter().map(|(port, _)| port).collect())
    }

    async fn add_port(&self, tx: &mut Tx, ctx: &Ctx, new: NewPort) -> Result<(Port, Network)> {
        let grant = policy::check(ctx, Action::Write, "create a port")?;
        may_own(ctx, &new.device_owner)?;
        validate::at_most("name", &new.name, validate::MAX_NAME)?;
        validate::at_most("description", &new.description, validate::MAX_NAME)?;
        let allowed_address_pairs = address_pairs::read(&new.allowed_address_pairs)?;
        let now = self.shared.now();
        let network = visible_network(tx, ctx, &new.network_id).await?;
        may_plug(ctx, &network)?;
        check_in_tx(tx, &ctx.project_id, Resource::Ports, 1).await?;
        may_bind(tx, ctx, &new.device_id, &new.host).await?;
        let created_by_launch = new.device_owner.starts_with("compute:") && !new.device_id.is_empty();
        let port_security = new.port_security.unwrap_or(network.port_security);
        let security_groups = match &new.security_groups {
            // A launch names the groups for all its NICs; where a network has no use for them, they mean nothing.
            Some(_) if created_by_launch && !port_security && new.port_security.is_none() => Vec::new(),
            Some(wanted) => port_groups::named(tx, &ctx.project_id, wanted, now).await?,
            None if port_security => port_groups::default(tx, &ctx.project_id, now).await?,
            None => Vec::new(),
        };
        let admin_state_up = new.admin_state_up.unwrap_or(true);
        let port = Port {
            id: new_id().into(),
            network_id: network.id.clone(),
            project_id: ctx.project_id.clone(),
            name: new.name.trim().to_owned(),
            mac: String::new(),
            fixed_ips: Vec::new(),
            status: status_on(&new.host, admin_state_up),
            device_id: new.device_id,
            device_owner: new.device_owner,
            host: new.host,
            admin_state_up,
            description: new.description.trim().to_owned(),
            port_security,
            allowed_address_pairs,
            security_groups,
            standard: Standard::default(),
            created_at: now,
            updated_at: now,
        };
        port_security::check(ctx, &network, &port, (network.port_security, &[]))?;
        let mut port = match &new.mac {
            Some(typed) => mac::insert_with(tx, grant, port, typed, created_by_launch).await?,
            None => mac::insert_with_new(tx, grant, port, created_by_launch).await?,
        };
        let mut wanted = new.fixed_ips;
        // On a network without subnets a port has no address; an instance's launch is refused before it comes here.
        if (wanted.is_empty() && !new.without_address && !network.subnets.is_empty()) || new.fixed_ip.is_some() {
            wanted.insert(0, AddressRequest { ip: new.fixed_ip, subnet_id: None });
        }
        for request in &wanted {
            port.fixed_ips.push(addresses::given(tx, &network, request, &port.id).await?);
        }
        hosts::announce(tx, ctx, &network.id, Vec::new(), now).await?;
        firewall::members_changed(tx, &ctx.request_id, &port.security_groups, now).await?;
        Ok((port, network))
    }

    /// Binds a port to a device and host, as an agent does; with both empty, frees it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`; `InUse` while another device has it.
    pub async fn bind_port(&self, ctx: &Ctx, id: &PortId, device: &InstanceId, host: &str) -> Result<Port> {
        let grant = policy::check(ctx, Action::Write, "bind a port")?;
        let mut tx = self.shared.db.write().await?;
        let (mut port, network) = visible_port(&mut tx, ctx, id).await?;
        service_port::refuse_routed(&port)?;
        let device = device.as_str();
        if !device.is_empty() && !port.device_id.is_empty() && port.device_id != device {
            return Err(in_use(id, &port.device_id));
        }
        may_bind(&mut tx, ctx, device, host).await?;
        let before = std::mem::replace(&mut port.host, host.to_owned());
        (port.updated_at, port.standard) = (self.shared.now(), port.standard.changed());
        port.status = status_on(host, port.admin_state_up);
        port.device_id = device.to_owned();
        match (device.is_empty(), port.device_owner.is_empty()) {
            (true, _) => port.device_owner.clear(),
            (false, true) => port.device_owner = COMPUTE.to_owned(),
            (false, false) => {}
        }
        store::ports::bind(&mut tx, grant, &port).await?;
        hosts::announce(&mut tx, ctx, &network.id, vec![before], self.shared.now()).await?;
        self.shared.commit(tx).await?;
        self.tell_port(&port, &network);
        Ok(port)
    }

    /// Refused (`InUse`) while an instance has it, and for DHCP's own.
    pub async fn delete_port(&self, ctx: &Ctx, id: &PortId) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "delete a port")?;
        let mut tx = self.shared.db.write().await?;
        let (port, network) = visible_port(&mut tx, ctx, id).await?;
        ctx.expects(Noun::Port, id.as_str(), &port.standard)?;
        service_port::refuse_routed(&port)?;
        if port.device_owner == dhcp::OWNER {
            let by = format!("DHCP on network {}", network.name);
            return Err(Reason::InUse { noun: Noun::Port, id: id.to_string(), by }.into());
        }
        if store::ports::host_of_device(&mut *tx, &port.device_id, &port.project_id).await?.is_some() {
            return Err(in_use(id, &port.device_id));
        }
        let leading = store::floating_ips::to_port(&mut tx, id).await?;
        floating_ips::lead_nowhere(&mut tx, &ctx.request_id, leading.clone(), self.shared.now()).await?;
        store::ports::delete(&mut tx, grant, id).await?;
        let now = self.shared.now();
        hosts::announce(&mut tx, ctx, &network.id, vec![port.host.clone()], now).await?;
        firewall::members_changed(&mut tx, &ctx.request_id, &port.security_groups, now).await?;
        self.shared.commit(tx).await?;
        for floating in leading {
            self.tell(Noun::FloatingIp, floating.id.as_str(), &floating.project_id);
        }
        self.tell_port(&port, &network);
        Ok(())
    }

    pub(super) fn tell_port(&self, port: &Port, network: &Network) {
        self.tell(Noun::Port, port.id.as_str(), &port.project_id);
        self.tell_network(network);
    }
}

/// A port is its project's, and its network's owner sees who is on the network.
fn sees(ctx: &Ctx, port: &Port, network: &Network) -> bool {
    ctx.is_admin() || port.project_id == ctx.project_id || network.project_id == ctx.project_id
}

pub(super) async fn visible_port(tx: &mut Tx, ctx: &Ctx, id: &PortId) -> Result<(Port, Network)> {
    let unknown = || Error::not_found(Noun::Port, id.as_str());
    let port = store::ports::by_id(tx, id).await?.ok_or_else(unknown)?;
    let network = store::networks::by_id(tx, &port.network_id).await?.ok_or_else(unknown)?;
    if sees(ctx, &port, &network) { Ok((port, network)) } else { Err(unknown()) }
}

/// A port goes to an instance of the caller's project, on the host where that one is: nobody can put addresses on
/// others' instances or have hosts wire networks that they have no business with. Administrators know what they do.
async fn may_bind(tx: &mut Tx, ctx: &Ctx, device: &str, host: &str) -> Result<()> {
    if ctx.is_admin() || (device.is_empty() && host.is_empty()) {
        return Ok(());
    }
    let place = store::ports::host_of_device(&mut **tx, device, &ctx.project_id).await?;
    let place =
        place.ok_or_else(|| Error::on("device_id", Reason::NotFound { noun: Noun::Instance, id: device.into() }))?;
    if host.is_empty() || host == place {
        return Ok(());
    }
    Err(Reason::Forbidden { action: format!("bind a port to host {host}") }.into())
}

/// Ports of the network's own services are theirs to make, or an administrator's.
pub(super) fn may_own(ctx: &Ctx, owner: &str) -> Result<()> {
    if owner.starts_with("network:") {
        policy::check(ctx, Action::Administer, "make a port of the network's own")?;
    }
    validate::at_most("device_owner", owner, validate::MAX_NAME)?;
    service_port::refuse_owner(owner)
}

pub(super) fn status_on(host: &str, admin_state_up: bool) -> String {
    if host.is_empty() || !admin_state_up { "DOWN" } else { "ACTIVE" }.to_owned()
}

fn in_use(id: &PortId, device: &str) -> Error {
    Reason::InUse { noun: Noun::Port, id: id.to_string(), by: format!("instance {device}") }.into()
}
