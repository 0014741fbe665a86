//! An instance's ports, which come and go while it runs.

use std::time::Duration;

use super::ComputeApi;
use super::launch::nics;
use super::locks::unlocked;
use crate::bus::contract::ComputeMessage;
use crate::bus::{self, Topic};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::events;
use crate::control::store::instances::Record;
use crate::control::workflow::timeline::Request;
use crate::model::instance::Instance;
use crate::model::launch::NicRequest;
use crate::model::network::{NewPort, Port};
use crate::model::state::check_nics_may_change;
use crate::model::step::{StepEvent, StepResult};
use crate::model::{Error, InstanceId, Noun, PortId, Result, Timestamp};

/// How long an agent may take; a guest that still boots lets go of a NIC late.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
const ATTACH: &str = "attach_interface";
const DETACH: &str = "detach_interface";

impl ComputeApi {
    /// The instance's ports, in the order of its NICs.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn ports(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<Port>> {
        self.visible(ctx, id).await?;
        self.network.ports_of_device(ctx, id).await
    }

    /// Gives an instance a further NIC, running or not: a port that exists, or a new one on a network with the
    /// instance's own security groups. Comes back when the NIC is plugged in.
    ///
    /// # Errors
    /// `NotFound`, `InvalidState`, `Busy`, those of making or binding a port, and the hypervisor's own; nothing is
    /// left of what was begun.
    pub async fn attach_port(&self, ctx: &Ctx, id: &InstanceId, nic: NicRequest) -> Result<Port> {
        policy::check(ctx, Action::Write, "attach a port")?;
        let record = self.visible(ctx, id).await?;
        unlocked(ctx, &record.instance)?;
        let host = changeable(ATTACH, &record.instance)?;
        let began = self.shared.now();
        let port = self.port_for(ctx, &record, host, nic).await?;
        if let Err(error) = self.rewire(ctx, id, host, None).await {
            self.network.release_port(ctx, id, &port.id).await?;
            self.note(ctx, id, failed(self.row(ctx, id, ATTACH, &port, began), &error)).await?;
            return Err(error);
        }
        self.note(ctx, id, self.row(ctx, id, ATTACH, &port, began)).await?;
        Ok(port)
    }

    /// Takes a NIC from an instance. Its port goes too if it was made for the instance, else it is free again.
    ///
    /// # Errors
    /// `NotFound`, `InvalidState`, `Busy`, and the hypervisor's own: then the NIC is where it was.
    pub async fn detach_port(&self, ctx: &Ctx, id: &InstanceId, port: &PortId) -> Result<()> {
        policy::check(ctx, Action::Write, "detach a port")?;
        let record = self.visible(ctx, id).await?;
        unlocked(ctx, &record.instance)?;
        let host = changeable(DETACH, &record.instance)?;
        let ports = self.network.ports_of_device(ctx, id).await?;
        let known = ports.iter().find(|known| known.id == *port);
        let port = known.ok_or_else(|| Error::not_found(Noun::Port, port.as_str()))?;
        let began = self.shared.now();
        if let Err(error) = self.rewire(ctx, id, host, Some(&port.id)).await {
            self.note(ctx, id, failed(self.row(ctx, id, DETACH, port, began), &error)).await?;
            return Err(error);
        }
        self.network.release_port(ctx, id, &port.id).await?;
        self.note(ctx, id, self.row(ctx, id, DETACH, port, began)).await
    }

    /// A port bound to the instance and its host.
    async fn port_for(&self, ctx: &Ctx, record: &Record, host: &str, nic: NicRequest) -> Result<Port> {
        let id = &record.instance.id;
        let nic = nics::usable(self, ctx, &nic).await?;
        if let Some(port) = &nic.port_id {
            return self.network.bind_port(ctx, port, id, host).await;
        }
        let port = NewPort {
            network_id: nic.network_id,
            fixed_ip: nic.fixed_ip,
            device_id: id.to_string(),
            device_owner: "compute:nova".to_owned(),
            host: host.to_owned(),
            security_groups: Some(record.security_groups.iter().map(|group| group.0.clone()).collect()),
            ..NewPort::default()
        };
        self.network.create_port(ctx, port).await
    }

    async fn rewire(&self, ctx: &Ctx, id: &InstanceId, host: &str, without: Option<&PortId>) -> Result<()> {
        let message = ComputeMessage::Rewire {
            instance_id: id.clone(),
            request_id: ctx.request_id.clone(),
            without: without.cloned(),
        };
        let topic = Topic::compute(host);
        Ok(bus::ask(&*self.shared.bus, &topic, &ctx.request_id, &message, ANSWER_WITHIN).await?)
    }

    fn row(&self, ctx: &Ctx, id: &InstanceId, action: &str, port: &Port, began: Timestamp) -> StepEvent {
        let address = port.fixed_ips.first().map_or_else(|| port.mac.clone(), |fixed| fixed.ip.to_string());
        StepEvent {
            result: StepResult::Done,
            finished_at: Some(self.shared.now()),
            detail: Some(address),
            ..Request { instance: id, id: &ctx.request_id }.action(action, began)
        }
    }

    async fn note(&self, ctx: &Ctx, id: &InstanceId, row: StepEvent) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        events::asked(&mut tx, ctx, id).await?;
        events::write(&mut tx, &[row]).await?;
        self.shared.commit(tx).await?;
        self.shared.tell(ctx, Noun::Instance, id.as_str());
        Ok(())
    }
}

/// The host on which the instance's NICs may change now.
fn changeable<'a>(action: &str, instance: &'a Instance) -> Result<&'a str> {
    check_nics_may_change(action, instance.id.as_str(), instance.vm_state, instance.task_state)?;
    instance.host.as_deref().ok_or_else(|| Error::internal("an instance in this state has a host"))
}

fn failed(row: StepEvent, error: &Error) -> StepEvent {
    StepEvent { result: StepResult::Failed, fault: Some(error.reason.clone()), ..row }
}
