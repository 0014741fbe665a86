//! Building an instance: from the message on this host's topic to the report that it runs, or why it does not.

use tokio_util::sync::CancellationToken;

use super::launch::{Interruption, Launch};
use super::steps::Timeline;
use super::{Host, cleanup};
use crate::agent::conductor::{Answer, Unanswered};
use crate::agent::meter::AtWork;
use crate::agent::rest::Caller;
use crate::bus::Outcome;
use crate::bus::contract::InstanceSpec;
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::step::Step;
use crate::model::{Error, InstanceId};

/// The steps that take something on the host, last taken first.
const TAKING: &[Step] = &[Step::DOMAIN_STARTED, Step::NETWORK_RECEIVED];

/// Carries a launch out and reports its end. May be repeated at any point: what an interrupted earlier attempt left
/// is used or replaced.
pub async fn run(host: &Host, id: &InstanceId, request_id: &str, token: &str, deleted: &CancellationToken) -> Outcome {
    let Ok(_room) = host.builds.acquire().await else {
        return Outcome::Retry("the agent is stopping".into());
    };
    let _at_work = AtWork::begin();
    let mut timeline = Timeline::new(&host.conductor, id, request_id);
    let outcome = match ask_configuration(host, &mut timeline, id, request_id).await {
        Ok(spec) => {
            let caller = Caller { token, request_id, instance: Some(id) };
            Build { host, spec: &spec, caller, deleted }.carry_out(timeline).await
        }
        Err(unanswered) => Err(unanswered),
    };
    match outcome {
        Ok(()) => Outcome::Done(Ok(serde_json::Value::Null)),
        Err(Unanswered::Silent(reason)) => Outcome::after(&reason, reason.to_string()),
        Err(Unanswered::Refused(reason)) => {
            tracing::info!(instance = %id, request_id, %reason, "the records do not want this launch");
            cleanup::if_unknown(host, id).await
        }
    }
}

/// Launch steps 13, 14 and 19; the conductor records 15 to 18.
async fn ask_configuration(
    host: &Host,
    timeline: &mut Timeline<'_>,
    id: &InstanceId,
    request_id: &str,
) -> Answer<InstanceSpec> {
    timeline.begin(Step::AGENT_TOOK);
    timeline.end(None);
    timeline.begin(Step::CONFIGURATION_ASKED);
    timeline.report().await?;
    let spec = host.conductor.instance(id, request_id, true).await?;
    timeline.end(None);
    timeline.begin(Step::CONFIGURATION_RECEIVED);
    timeline.end(Some(format!("{} vCPU, {} MiB", spec.vcpus, spec.ram_mb)));
    timeline.report().await?;
    Ok(spec)
}

struct Build<'a> {
    host: &'a Host,
    spec: &'a InstanceSpec,
    caller: Caller<'a>,
    deleted: &'a CancellationToken,
}

impl Build<'_> {
    async fn carry_out(&self, timeline: Timeline<'_>) -> Answer<()> {
        match (self.spec.vm_state, self.spec.task_state) {
            (_, Some(TaskState::Deleting)) => self.give_back().await,
            (VmState::Building, _) => self.launch(timeline).await,
            (VmState::Active, None) => self.repeat_success().await,
            (VmState::Deleted, _) => self.give_back().await,
            _ => Ok(()),
        }
    }

    async fn launch(&self, mut timeline: Timeline<'_>) -> Answer<()> {
        let launch = Launch { host: self.host, spec: self.spec, caller: self.caller, deleted: self.deleted };
        match launch.carry_out(&mut timeline).await {
            Ok(power_state) => self.settled(power_state).await,
            Err(Interruption::Failed(error)) => self.failed(timeline, error).await,
            Err(Interruption::Deleted) => {
                tracing::info!(instance = %self.spec.instance_id, "deleted while it was being built");
                self.give_back().await?;
                timeline.undone(TAKING).await
            }
            Err(Interruption::Unanswered(unanswered)) => Err(unanswered),
        }
    }

    async fn failed(&self, mut timeline: Timeline<'_>, error: Error) -> Answer<()> {
        let (request_id, instance) = (self.caller.request_id, &self.spec.instance_id);
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        tracing::warn!(%instance, request_id, %error, cause, "the launch failed");
        let reason = error.with_request_id(request_id).reason;
        timeline.fail(&reason).await?;
        self.give_back().await?;
        timeline.undone(TAKING).await?;
        self.host.conductor.failed(instance, request_id, VmState::Error, PowerState::NoState, reason).await
    }

    async fn repeat_success(&self) -> Answer<()> {
        match self.host.hypervisor.state(&self.spec.instance_id).await {
            Ok(Some(power_state)) => self.settled(power_state).await,
            _ => Ok(()),
        }
    }

    async fn settled(&self, power_state: PowerState) -> Answer<()> {
        self.host.conductor.settled(&self.spec.instance_id, self.caller.request_id, VmState::Active, power_state).await
    }

    /// What cannot be given back now is found by the reconciler; a launch does not hang on it.
    async fn give_back(&self) -> Answer<()> {
        if let Err(error) = cleanup::remove_all(self.host, &self.spec.instance_id).await {
            tracing::warn!(instance = %self.spec.instance_id, %error, "something of a launch is still on this host");
        }
        Ok(())
    }
}
