//! What people ask of an instance that exists: start, stop, reboot, pause, suspend, rebuild,
//! make an image of, delete.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::hypervisor::Domain;
use super::{Host, capture, cleanup, config_drive, launch, record, wires};
use crate::agent::conductor::{Answer, Unanswered};
use crate::agent::rest::Caller;
use crate::bus::Outcome;
use crate::bus::contract::InstanceSpec;
use crate::model::state::{PowerState, Verb, VmState};
use crate::model::{Error, InstanceId, Reason, Result, VolumeId};

/// How long a guest may take to shut down before the plug is pulled.
const SHUTDOWN_WITHIN: Duration = Duration::from_secs(60);
/// How often the power button is pressed meanwhile: a guest that is still booting does not notice the first time.
const PRESS_EVERY: Duration = Duration::from_secs(5);
/// How often a guest that shuts down is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A verb to be carried out.
pub struct Order<'a> {
    pub id: &'a InstanceId,
    pub request_id: &'a str,
    pub verb: Verb,
    /// The user's token, for verbs that fetch or store an image.
    pub token: Option<&'a str>,
}

/// Carries a verb out and reports its end. May be repeated: a verb that the records no longer wait for is left alone.
pub async fn run(host: &Host, order: &Order<'_>, deleted: &CancellationToken) -> Outcome {
    match attempt(host, order, deleted).await {
        Ok(()) => Outcome::Done(Ok(serde_json::Value::Null)),
        Err(Unanswered::Silent(reason)) => Outcome::after(&reason, reason.to_string()),
        Err(Unanswered::Refused(reason)) => {
            tracing::info!(instance = %order.id, verb = %order.verb, %reason, "the records do not wait for this");
            cleanup::if_unknown(host, order.id).await
        }
    }
}

async fn attempt(host: &Host, order: &Order<'_>, deleted: &CancellationToken) -> Answer<()> {
    let Order { id, request_id, verb, .. } = *order;
    let spec = host.conductor.instance(id, request_id, false).await?;
    let waited_for = spec.task_state.is_some_and(|task| verb.runs_as(task));
    if spec.vm_state == VmState::Deleted || !waited_for || (verb != Verb::Delete && deleted.is_cancelled()) {
        return Ok(());
    }
    let result = carry_out(host, order, &spec, deleted).await;
    match result {
        Ok(()) => {
            host.conductor.settled(id, request_id, verb.outcome(spec.vm_state), power_state(host, id).await).await
        }
        Err(error) => {
            // A hypervisor that does not answer is not asked a second time.
            let is_outage = matches!(error.reason, Reason::HypervisorUnavailable { .. });
            let power_state = if is_outage { PowerState::NoState } else { power_state(host, id).await };
            tracing::warn!(instance = %id, %verb, request_id, %error, "the verb failed");
            // Half of it may be gone, unless nothing was begun.
            let is_refused = matches!(error.reason, Reason::VolumeCannot { .. });
            let is_broken = matches!(verb, Verb::Rebuild | Verb::Delete) && !is_refused;
            let vm_state = if is_broken { VmState::Error } else { spec.vm_state };
            let reason = error.with_request_id(request_id).reason;
            host.conductor.failed(id, request_id, vm_state, power_state, reason).await
        }
    }
}

async fn power_state(host: &Host, id: &InstanceId) -> PowerState {
    host.hypervisor.state(id).await.ok().flatten().unwrap_or(PowerState::NoState)
}

async fn carry_out(host: &Host, order: &Order<'_>, spec: &InstanceSpec, deleted: &CancellationToken) -> Result<()> {
    let id = order.id;
    match order.verb {
        Verb::Start => power_on(host, order).await,
        Verb::Stop => shut_down(host, id, deleted).await,
        Verb::Reboot => {
            shut_down(host, id, deleted).await?;
            power_on(host, order).await
        }
        Verb::HardReboot => {
            host.hypervisor.destroy(id).await?;
            power_on(host, order).await
        }
        Verb::Pause => host.hypervisor.pause(id).await,
        Verb::Unpause => host.hypervisor.unpause(id).await,
        Verb::Suspend => host.hypervisor.save(id).await,
        Verb::Resume => {
            let domain = record::load(&host.layout, id).await?;
            wires::wire(host, order.request_id, &domain.ports).await?;
            let _data = host.volumes.for_guest(ids_of(&domain)).await?;
            host.hypervisor.start(id).await
        }
        Verb::Rebuild => rebuild(host, order, spec).await,
        Verb::CreateImage => capture::send(host, order, spec, deleted).await,
        Verb::Delete => cleanup::remove_all(host, id).await,
    }
}

/// Wires the instance anew and starts it: after a host's reboot, taps and bridges are gone.
async fn power_on(host: &Host, order: &Order<'_>) -> Result<()> {
    let domain = record::load(&host.layout, order.id).await?;
    wires::wire(host, order.request_id, &domain.ports).await?;
    let _data = host.volumes.for_guest(ids_of(&domain)).await?;
    host.hypervisor.define(&domain).await?;
    host.hypervisor.start(order.id).await
}

fn ids_of(domain: &Domain) -> impl Iterator<Item = &VolumeId> {
    domain.volumes.iter().map(|volume| &volume.volume_id)
}

/// Asks the guest to shut down, and pulls the plug if it does not.
async fn shut_down(host: &Host, id: &InstanceId, deleted: &CancellationToken) -> Result<()> {
    let began = Instant::now();
    let mut press_at = began;
    while host.hypervisor.state(id).await? == Some(PowerState::Running) {
        if began.elapsed() >= SHUTDOWN_WITHIN || deleted.is_cancelled() {
            tracing::info!(instance = %id, "the guest did not shut down in time");
            break;
        }
        if Instant::now() >= press_at {
            host.hypervisor.press_power_button(id).await?;
            press_at = Instant::now() + PRESS_EVERY;
        }
        sleep(LOOK_EVERY).await;
    }
    host.hypervisor.destroy(id).await
}

/// Starts over from an image, with the same ports.
async fn rebuild(host: &Host, order: &Order<'_>, spec: &InstanceSpec) -> Result<()> {
    let Ok(_room) = host.builds.acquire().await else {
        return Err(Reason::Unavailable { part: "agent".into(), why: "it is stopping".into() }.into());
    };
    if spec.image_id.is_none() {
        let what = "Rebuilding an instance that starts from a volume".to_owned();
        return Err(Reason::VolumeCannot { what, why: "what the volume holds would be lost".into() }.into());
    }
    let token = order.token.ok_or_else(|| Error::internal("a rebuild needs the user's token"))?;
    let caller = Caller { token, request_id: order.request_id, instance: Some(order.id) };
    let record = host.rest.image(caller, spec.image()?).await?;
    let image = host.images.fetch(host, caller, &record).await?;
    host.hypervisor.destroy(order.id).await?;
    launch::make_disk(host, spec, &image).await?;
    config_drive::make(host, spec).await?;
    if order.verb.outcome(spec.vm_state) == VmState::Stopped { Ok(()) } else { power_on(host, order).await }
}
