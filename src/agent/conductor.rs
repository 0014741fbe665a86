//! The conductor, seen from a host: typed questions over the bus.

use std::sync::Arc;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::de::DeserializeOwned;

use crate::bus::contract::{
    AttachmentNews, AttachmentPlan, ConductorMessage, FirewallPlan, InstanceBrief, InstanceMetadata, InstanceSpec,
    MetadataOf, NetworkPlan, PortPlan, RouterPlan, VolumeNews, VolumePlan,
};
use crate::bus::{self, Bus, Topic};
use crate::model::host::Inventory;
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::step::{StepEvent, StepResult};
use crate::model::{AttachmentId, Error, InstanceId, Kind, NetworkId, Reason, RouterId, VolumeId};

/// How long the conductor may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How often a question is repeated while nobody answers it.
const ATTEMPTS: u32 = 6;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Unanswered {
    /// The conductor answered, and refused.
    #[error("{0}")]
    Refused(Reason),
    /// Nobody answers, or the records cannot be written right now: what was said may be lost.
    #[error("the conductor does not answer: {0}")]
    Silent(Reason),
}

impl From<Unanswered> for Error {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Refused(reason) | Unanswered::Silent(reason) => reason.into(),
        }
    }
}

/// An answer of the conductor, or why there is none.
pub type Answer<T> = std::result::Result<T, Unanswered>;

/// Asks and tells the conductor on behalf of one host.
pub struct Conductor {
    bus: Arc<dyn Bus>,
    host: String,
    crash_at_step: Option<u8>,
}

impl Conductor {
    /// `crash_at_step` makes the process kill itself once the conductor has that launch step recorded as done.
    pub fn new(bus: Arc<dyn Bus>, host: String, crash_at_step: Option<u8>) -> Self {
        Self { bus, host, crash_at_step }
    }

    /// The host on whose behalf it asks.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The configuration of an instance of this host.
    pub async fn instance(&self, id: &InstanceId, request_id: &str, for_launch: bool) -> Answer<InstanceSpec> {
        let question = ConductorMessage::Instance {
            host: self.host.clone(),
            instance_id: id.clone(),
            request_id: request_id.to_owned(),
            for_launch,
        };
        self.ask(request_id, &question).await
    }

    /// Every instance that should be on this host.
    pub async fn instances(&self) -> Answer<Vec<InstanceBrief>> {
        self.ask("", &ConductorMessage::InstancesOn { host: self.host.clone() }).await
    }

    /// The ports of an instance of this host, in the order of its NICs.
    pub async fn ports(&self, id: &InstanceId, request_id: &str) -> Answer<Vec<PortPlan>> {
        let question = ConductorMessage::PortsOf { host: self.host.clone(), instance_id: id.clone() };
        self.ask(request_id, &question).await
    }

    /// The volumes of an instance of this host.
    pub async fn attachments(&self, id: &InstanceId, request_id: &str) -> Answer<Vec<AttachmentPlan>> {
        let question = ConductorMessage::VolumesOf { host: self.host.clone(), instance_id: id.clone() };
        self.ask(request_id, &question).await
    }

    /// A volume of this host's pool; none if it is gone or elsewhere.
    pub async fn volume(&self, id: &VolumeId, request_id: &str) -> Answer<Option<VolumePlan>> {
        let question = ConductorMessage::Volume { host: self.host.clone(), volume_id: id.clone() };
        self.ask(request_id, &question).await
    }

    /// Every volume of this host's pool.
    pub async fn volumes(&self) -> Answer<Vec<VolumePlan>> {
        self.ask("", &ConductorMessage::VolumesOn { host: self.host.clone() }).await
    }

    /// What became of work on a volume.
    pub async fn volume_news(&self, id: &VolumeId, request_id: &str, news: VolumeNews) -> Answer<()> {
        let news = ConductorMessage::VolumeNews {
            host: self.host.clone(),
            volume_id: id.clone(),
            request_id: request_id.to_owned(),
            news,
        };
        self.ask(request_id, &news).await
    }

    /// What became of an attachment.
    pub async fn attachment_news(
        &self,
        id: &InstanceId,
        attachment: &AttachmentId,
        request_id: &str,
        news: AttachmentNews,
    ) -> Answer<()> {
        let news = ConductorMessage::AttachmentNews {
            host: self.host.clone(),
            instance_id: id.clone(),
            attachment_id: attachment.clone(),
            request_id: request_id.to_owned(),
            news,
        };
        self.ask(request_id, &news).await
    }

    /// Every network that has a port bound to this host.
    pub async fn networks(&self) -> Answer<Vec<NetworkPlan>> {
        self.ask("", &ConductorMessage::NetworksOn { host: self.host.clone() }).await
    }

    /// One network as this host should have it; none if it should not.
    pub async fn network(&self, request_id: &str, id: &NetworkId) -> Answer<Option<NetworkPlan>> {
        let question = ConductorMessage::Network { host: self.host.clone(), network_id: id.clone() };
        self.ask(request_id, &question).await
    }

    /// Every router that this host carries.
    pub async fn routers(&self) -> Answer<Vec<RouterPlan>> {
        self.ask("", &ConductorMessage::RoutersOn { host: self.host.clone() }).await
    }

    /// One router as this host should have it; none if it should not.
    pub async fn router(&self, request_id: &str, id: &RouterId) -> Answer<Option<RouterPlan>> {
        let question = ConductorMessage::Router { host: self.host.clone(), router_id: id.clone() };
        self.ask(request_id, &question).await
    }

    /// What may pass at the ports of instances here.
    pub async fn firewall(&self, request_id: &str) -> Answer<FirewallPlan> {
        self.ask(request_id, &ConductorMessage::Firewall { host: self.host.clone() }).await
    }

    /// What an instance here may know of itself; none if there is none.
    pub async fn metadata(&self, of: MetadataOf) -> Answer<Option<InstanceMetadata>> {
        self.ask("", &ConductorMessage::Metadata { host: self.host.clone(), of }).await
    }

    /// This host is alive and has this. Said once: the next heartbeat repeats it anyway.
    pub async fn heartbeat(&self, inventory: Inventory) -> Answer<()> {
        self.ask_once("", &ConductorMessage::Heartbeat { inventory }).await
    }

    /// Records timeline rows.
    pub async fn steps(&self, request_id: &str, events: Vec<StepEvent>) -> Answer<()> {
        let crash = self.crash_at_step.is_some_and(|number| {
            let reached = |event: &StepEvent| {
                event.result == StepResult::Done && event.step.is_some_and(|step| step.number() == number)
            };
            events.iter().any(reached)
        });
        let answer = self.ask(request_id, &ConductorMessage::Steps { host: self.host.clone(), events }).await;
        if crash && answer.is_ok() {
            let _ = kill(Pid::this(), Signal::SIGKILL);
        }
        answer
    }

    /// A launch or verb moved on to its next task, or is that far in percent.
    pub async fn task(&self, id: &InstanceId, request_id: &str, task: TaskState, percent: Option<i64>) -> Answer<()> {
        let news = ConductorMessage::Task {
            host: self.host.clone(),
            instance_id: id.clone(),
            request_id: request_id.to_owned(),
            task,
            percent,
        };
        self.ask(request_id, &news).await
    }

    /// A launch or verb ended well.
    pub async fn settled(
        &self,
        id: &InstanceId,
        request_id: &str,
        vm_state: VmState,
        power_state: PowerState,
    ) -> Answer<()> {
        let news = ConductorMessage::Settled {
            host: self.host.clone(),
            instance_id: id.clone(),
            request_id: request_id.to_owned(),
            vm_state,
            power_state,
        };
        self.ask(request_id, &news).await
    }

    /// A launch or verb failed, and nothing of it is left on this host.
    pub async fn failed(
        &self,
        id: &InstanceId,
        request_id: &str,
        vm_state: VmState,
        power_state: PowerState,
        reason: Reason,
    ) -> Answer<()> {
        let news = ConductorMessage::Failed {
            host: self.host.clone(),
            instance_id: id.clone(),
            request_id: request_id.to_owned(),
            vm_state,
            power_state,
            reason,
        };
        self.ask(request_id, &news).await
    }

    /// A domain changed by itself.
    pub async fn power(&self, id: &InstanceId, power_state: PowerState) -> Answer<()> {
        let news = ConductorMessage::Power { host: self.host.clone(), instance_id: id.clone(), power_state };
        self.ask_once("", &news).await
    }

    async fn ask<A: DeserializeOwned>(&self, request_id: &str, question: &ConductorMessage) -> Answer<A> {
        let mut pause = Duration::from_millis(200);
        for _ in 1..ATTEMPTS {
            match self.ask_once(request_id, question).await {
                Err(Unanswered::Silent(reason)) => {
                    tracing::warn!(%reason, request_id, "the conductor does not answer; asking again");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(Duration::from_secs(5));
                }
                answer => return answer,
            }
        }
        self.ask_once(request_id, question).await
    }

    async fn ask_once<A: DeserializeOwned>(&self, request_id: &str, question: &ConductorMessage) -> Answer<A> {
        let answer = bus::ask(&*self.bus, &Topic::conductor(), request_id, question, ANSWER_WITHIN).await;
        answer.map_err(|error| {
            let reason = Reason::from(error);
            match reason.kind() {
                Kind::Unavailable | Kind::Internal => Unanswered::Silent(reason),
                _ => Unanswered::Refused(reason),
            }
        })
    }
}
