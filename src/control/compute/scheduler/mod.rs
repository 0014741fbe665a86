//! The scheduler: picks and claims a host for each new instance.

mod claim;
mod filters;
mod place;
#[cfg(test)]
mod testing;
mod weighers;

use std::sync::Arc;

use async_trait::async_trait;

pub use filters::Needs;
use filters::{Question, Ratios};

use crate::bus::contract::SchedulerMessage;
use crate::bus::{Envelope, Handler, Outcome};
use crate::control::shared::Shared;
use crate::control::store::hosts;
use crate::control::workflow;
use crate::model::host::Host;
use crate::model::scheduling::Decision;
use crate::model::{Result, Timestamp};

/// Consumes topic `scheduler`.
pub struct Scheduler {
    shared: Arc<Shared>,
}

impl Scheduler {
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }
}

#[async_trait]
impl Handler for Scheduler {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(SchedulerMessage::Place { instance_id, request_id, token }) => {
                workflow::outcome(place::place(&self.shared, &instance_id, &request_id, &token).await)
            }
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

/// Which hosts could take an instance now; claims nothing.
pub async fn dry_run(shared: &Shared, needs: &Needs) -> Result<Decision> {
    let hosts = hosts::list(shared.db.read(), shared.alive_since()).await?;
    Ok(decide(needs, ratios(shared), shared.now(), hosts).1)
}

/// The hosts that pass every filter, and the decision so far, with the best candidates first.
fn decide(needs: &Needs, ratios: Ratios, now: Timestamp, hosts: Vec<Host>) -> (Vec<Host>, Decision) {
    let (hosts, filters) = filters::filter(&Question { needs, ratios, now }, hosts);
    let candidates = weighers::weigh(&hosts, ratios, needs.companions.as_ref());
    (hosts, Decision { filters, candidates, chosen: None })
}

fn ratios(shared: &Shared) -> Ratios {
    let settings = &shared.settings;
    Ratios { cpu: settings.cpu_ratio, ram: settings.ram_ratio, disk: settings.disk_ratio }
}
