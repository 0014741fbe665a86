//! What happened to an instance, and what its host can show of it.

use std::time::Duration;

use super::{ComputeApi, visible_to};
use crate::bus::contract::{ComputeMessage, ConsoleLog};
use crate::bus::{self, Topic};
use crate::control::Ctx;
use crate::control::store::{events, instances};
use crate::control::workflow;
use crate::control::workflow::timeline::Request;
use crate::model::scheduling::Decision;
use crate::model::state::VmState;
use crate::model::step::{Asked, Step, StepEvent};
use crate::model::{InstanceId, Result, Timestamp};

/// How long an agent may take to read a file.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// The steps in which image, network and volume service check the token that the agent shows.
const TOKEN_CHECKS: [Step; 3] = [Step::IMAGE_TOKEN_CHECKED, Step::NETWORK_TOKEN_CHECKED, Step::VOLUME_TOKEN_CHECKED];

impl ComputeApi {
    /// All rows of an instance: the launch's steps, then what was done to it later, oldest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn timeline(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<StepEvent>> {
        self.visible(ctx, id).await?;
        events::of_instance(self.shared.db.read(), id).await
    }

    /// As [`Self::timeline`], also of an instance that is gone, with who asked for what.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn history(&self, ctx: &Ctx, id: &InstanceId) -> Result<(Vec<StepEvent>, Vec<Asked>)> {
        visible_to(ctx, instances::find_even_gone(self.shared.db.read(), id).await?, id)?;
        let db = self.shared.db.read();
        Ok((events::of_instance(db, id).await?, events::askers(db, id).await?))
    }

    /// A service other than compute did its part in a launch: `step` (21, 24 or 27) began at `started_at` and is done.
    /// Ignored unless the caller may see the instance and it is being built.
    ///
    /// # Errors
    /// Only those of the database.
    pub async fn note_step(&self, ctx: &Ctx, id: &InstanceId, step: Step, started_at: Timestamp) -> Result<()> {
        let Ok(record) = self.visible(ctx, id).await else { return Ok(()) };
        if record.instance.vm_state != VmState::Building || !TOKEN_CHECKS.contains(&step) {
            return Ok(());
        }
        let request = Request { instance: id, id: &record.instance.request_id };
        let steps = [request.done(step, started_at, self.shared.now())];
        let mut tx = self.shared.db.write().await?;
        let touched = instances::note(&mut tx, id, request.id, None).await?;
        events::write(&mut tx, &steps).await?;
        workflow::commit(&self.shared, tx, &steps).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        Ok(())
    }

    /// The scheduler's decision, once there is one.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn decision(&self, ctx: &Ctx, id: &InstanceId) -> Result<Option<Decision>> {
        self.visible(ctx, id).await?;
        instances::decision(self.shared.db.read(), id).await
    }

    /// The end of the serial console's log; empty until the guest has started.
    ///
    /// # Errors
    /// `NotFound`, or that the host does not answer.
    pub async fn console_log(&self, ctx: &Ctx, id: &InstanceId, max_bytes: u64) -> Result<String> {
        let record = self.visible(ctx, id).await?;
        let Some(host) = &record.instance.host else { return Ok(String::new()) };
        if record.instance.vm_state == VmState::Building {
            return Ok(String::new());
        }
        let question = ComputeMessage::ConsoleLog { instance_id: id.clone(), max_bytes };
        let topic = Topic::compute(host);
        let log: ConsoleLog = bus::ask(&*self.shared.bus, &topic, &ctx.request_id, &question, ANSWER_WITHIN).await?;
        Ok(log.text)
    }
}
