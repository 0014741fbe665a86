//! The conductor: the only way from a compute host to the database. A host is told only of what is placed on it.

mod attachments;
mod ended;
mod host;
mod metadata;
mod progress;
mod spec;
mod volumes;

use std::sync::Arc;

use async_trait::async_trait;
use serde::Serialize;

use crate::bus::contract::ConductorMessage;
use crate::bus::{self, Envelope, Handler, Outcome};
use crate::control::shared::Shared;
use crate::control::store::{firewall_plans, plans, router_plans};
use crate::model::{Reason, Result};

/// Consumes topic `conductor`.
pub struct Conductor {
    shared: Arc<Shared>,
}

impl Conductor {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    async fn answer(&self, message: ConductorMessage) -> Outcome {
        use ConductorMessage::*;
        let shared = &*self.shared;
        match message {
            Instance { host, instance_id, request_id, for_launch } => {
                reply(spec::instance(shared, &host, &instance_id, &request_id, for_launch).await)
            }
            InstancesOn { host } => reply(spec::instances_on(shared, &host).await),
            PortsOf { host, instance_id } => reply(spec::ports_of_instance(shared, &host, &instance_id).await),
            VolumesOf { host, instance_id } => reply(volumes::of_instance(shared, &host, &instance_id).await),
            Volume { host, volume_id } => reply(volumes::on_host(shared, &host, &volume_id).await),
            VolumesOn { host } => reply(volumes::all_on_host(shared, &host).await),
            VolumeNews { host, volume_id, request_id, news } => {
                reply(volumes::news(shared, &host, &volume_id, &request_id, news).await)
            }
            AttachmentNews { host, instance_id, attachment_id, request_id, news } => {
                reply(attachments::news(shared, &host, &instance_id, &attachment_id, &request_id, news).await)
            }
            NetworksOn { host } => reply(plans::networks_on(shared.db.read(), &host).await),
            Network { host, network_id } => reply(plans::network_on(shared.db.read(), &host, &network_id).await),
            RoutersOn { host } => reply(router_plans::on_host(shared.db.read(), &host).await),
            Router { host, router_id } => reply(router_plans::one_on_host(shared.db.read(), &host, &router_id).await),
            Firewall { host } => reply(firewall_plans::of_host(shared.db.read(), &host).await),
            Metadata { host, of } => reply(metadata::of(shared, &host, &of).await),
            Heartbeat { inventory } => reply(host::heartbeat(shared, &inventory).await),
            Steps { host, events } => reply(progress::steps(shared, &host, events).await),
            Task { host, instance_id, request_id, task, percent } => {
                let report = ended::Report { host: &host, instance: &instance_id, request: &request_id };
                reply(progress::task(shared, report, task, percent).await)
            }
            Power { host, instance_id, power_state } => {
                reply(progress::power(shared, &host, &instance_id, power_state).await)
            }
            Settled { host, instance_id, request_id, vm_state, power_state } => {
                let report = ended::Report { host: &host, instance: &instance_id, request: &request_id };
                reply(ended::well(shared, report, vm_state, power_state).await)
            }
            Failed { host, instance_id, request_id, vm_state, power_state, reason } => {
                let report = ended::Report { host: &host, instance: &instance_id, request: &request_id };
                reply(ended::badly(shared, report, vm_state, power_state, reason).await)
            }
        }
    }
}

#[async_trait]
impl Handler for Conductor {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open::<ConductorMessage>() {
            Ok(question) if message.sender.speaks_for(question.host()) => self.answer(question).await,
            Ok(question) => {
                let host = question.host();
                tracing::warn!(sender = ?message.sender, host, "a host spoke in the name of another");
                Outcome::Done(Err(Reason::Forbidden { action: format!("speak for host {host}") }))
            }
            Err(error) => Outcome::Done(Err(error.into())),
        }
    }
}

/// A failure of ours is answered too: whoever asked knows how long asking again makes sense.
fn reply<T: Serialize>(result: Result<T>) -> Outcome {
    match result {
        Ok(value) => bus::answer(&value),
        Err(error) => {
            if let Some(cause) = std::error::Error::source(&error) {
                tracing::error!(%error, cause, "the conductor could not answer");
            }
            Outcome::Done(Err(error.reason))
        }
    }
}
