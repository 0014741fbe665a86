//! Console tickets, and the way to a guest's screen.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use super::Ctx;
use super::compute::ComputeApi;
use super::policy::{self, Action};
use super::shared::Shared;
use super::store::console_tokens::{self, Bound};
use super::store::instances;
use crate::bus::contract::{ComputeMessage, ConsoleStream};
use crate::bus::{self, Topic};
use crate::model::console::ConsoleTicket;
use crate::model::instance::Instance;
use crate::model::state::{TaskState, VmState};
use crate::model::{InstanceId, Reason, Result};

/// How long an agent may take to open a console.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The console service.
#[derive(Clone)]
pub struct ConsoleService {
    shared: Arc<Shared>,
    compute: ComputeApi,
}

impl ConsoleService {
    pub(in crate::control) fn new(shared: Arc<Shared>, compute: ComputeApi) -> Self {
        Self { shared, compute }
    }

    /// A one-time ticket, bound to instance and user.
    ///
    /// # Errors
    /// `ConsoleUnavailable` with why, unless the instance is active or paused on a host.
    pub async fn issue(&self, ctx: &Ctx, id: &InstanceId) -> Result<ConsoleTicket> {
        let grant = policy::check(ctx, Action::Write, "open a console")?;
        host_with_screen(&self.compute.visible(ctx, id).await?.instance)?;
        let token = uuid::Uuid::new_v4().to_string();
        let lifetime = TimeDelta::from_std(self.shared.settings.console_lifetime).unwrap_or(TimeDelta::MAX);
        let expires_at = self.shared.now() + lifetime;
        let bound = Bound { instance_id: id.clone(), user_id: ctx.user_id.clone(), expires_at };
        let mut tx = self.shared.db.write().await?;
        console_tokens::insert(&mut tx, grant, &hash(&token), &bound).await?;
        self.shared.commit(tx).await?;
        Ok(ConsoleTicket { token, expires_at })
    }

    /// Uses a ticket up and asks the instance's agent for the stream. Works once, only until it expires.
    ///
    /// # Errors
    /// `ConsoleUnavailable` for an unknown, used or expired ticket, all alike.
    pub async fn redeem(&self, token: &str) -> Result<(Instance, ConsoleStream)> {
        let mut tx = self.shared.db.write().await?;
        let bound = console_tokens::take(&mut tx, &hash(token)).await?;
        self.shared.commit(tx).await?;
        let bound = bound.filter(|bound| self.shared.now() < bound.expires_at).ok_or_else(no_good)?;

        let record = instances::find(self.shared.db.read(), &bound.instance_id).await?.ok_or_else(no_good)?;
        let host = host_with_screen(&record.instance)?.to_owned();
        let request_id = super::context::new_request_id();
        let question = ComputeMessage::OpenConsole { instance_id: bound.instance_id };
        let topic = Topic::compute(&host);
        let stream = bus::ask(&*self.shared.bus, &topic, &request_id, &question, ANSWER_WITHIN).await?;
        tracing::info!(instance = %record.instance.id, user = %bound.user_id, request_id, "console opened");
        Ok((self.compute.whole(record).await?, stream))
    }
}

/// What is stored of a ticket's secret.
fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

fn no_good() -> Reason {
    unavailable("The ticket is not valid any more. Open the console again.")
}

fn unavailable(why: &str) -> Reason {
    Reason::ConsoleUnavailable { why: why.to_owned() }
}

/// The host on which the instance has a screen right now.
fn host_with_screen(instance: &Instance) -> Result<&str, Reason> {
    let why = match (instance.vm_state, instance.task_state) {
        (VmState::Building, _) => "The instance is still being built.",
        (_, Some(TaskState::Deleting)) => "The instance is being deleted.",
        (VmState::Active | VmState::Paused, _) => match &instance.host {
            Some(host) => return Ok(host),
            None => "The instance has no host.",
        },
        (VmState::Stopped, _) => "The instance is stopped. Start it first.",
        (VmState::Suspended, _) => "The instance is suspended. Resume it first.",
        (VmState::Error, _) => "The instance is in an error state.",
        (VmState::Deleted, _) => "The instance is deleted.",
    };
    Err(unavailable(why))
}
