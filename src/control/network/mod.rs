//! Networks, subnets, ports, security groups: the records. Agents make them real.

mod release;
mod rules;
mod security_groups;

use std::sync::Arc;

pub(in crate::control) use release::release_ports_of;

use super::Ctx;
use super::shared::Shared;
use crate::model::network::{Network, NetworkPatch, NewNetwork, NewPort, NewSubnet, Port, Subnet};
use crate::model::{InstanceId, NetworkId, PortId, Result, SubnetId};

/// The network service.
#[derive(Clone)]
pub struct NetworkService {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl NetworkService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// The project's own and shared networks with their subnets, by name; administrators see all.
    pub async fn networks(&self, ctx: &Ctx) -> Result<Vec<Network>> {
        todo!()
    }
    pub async fn network(&self, ctx: &Ctx, id: &NetworkId) -> Result<Network> {
        todo!()
    }
    /// Shared, external and provider attributes are for administrators.
    pub async fn create_network(&self, ctx: &Ctx, network: NewNetwork) -> Result<Network> {
        todo!()
    }
    pub async fn update_network(&self, ctx: &Ctx, id: &NetworkId, patch: NetworkPatch) -> Result<Network> {
        todo!()
    }
    /// Refused (`InUse`) while ports other than DHCP's exist; its subnets go with it.
    pub async fn delete_network(&self, ctx: &Ctx, id: &NetworkId) -> Result<()> {
        todo!()
    }
    pub async fn subnet(&self, ctx: &Ctx, id: &SubnetId) -> Result<Subnet> {
        todo!()
    }
    pub async fn create_subnet(&self, ctx: &Ctx, subnet: NewSubnet) -> Result<Subnet> {
        todo!()
    }
    pub async fn delete_subnet(&self, ctx: &Ctx, id: &SubnetId) -> Result<()> {
        todo!()
    }
    /// Ports of a network (or of all that the caller may see).
    pub async fn ports(&self, ctx: &Ctx, network: Option<&NetworkId>) -> Result<Vec<Port>> {
        todo!()
    }
    pub async fn ports_of_device(&self, ctx: &Ctx, device: &InstanceId) -> Result<Vec<Port>> {
        todo!()
    }
    pub async fn port(&self, ctx: &Ctx, id: &PortId) -> Result<Port> {
        todo!()
    }
    /// Allocates MAC and address in one transaction.
    ///
    /// # Errors
    /// `AddressInUse`, `NoFreeAddress`, `NetworkWithoutSubnet`, `QuotaExceeded`.
    pub async fn create_port(&self, ctx: &Ctx, port: NewPort) -> Result<Port> {
        todo!()
    }
    /// Binds a port to a device and host, as an agent does.
    pub async fn bind_port(&self, ctx: &Ctx, id: &PortId, device: &InstanceId, host: &str) -> Result<Port> {
        todo!()
    }
    pub async fn delete_port(&self, ctx: &Ctx, id: &PortId) -> Result<()> {
        todo!()
    }
}
