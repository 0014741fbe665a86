//! Placing one instance: launch steps 9 to 12.

use std::time::Instant;

use super::filters::Needs;
use super::{claim, decide, ratios};
use crate::bus::contract::ComputeMessage;
use crate::bus::{Envelope, Topic};
use crate::control::compute::fit::gib;
use crate::control::meter;
use crate::control::shared::Shared;
use crate::control::store::instances::Failure;
use crate::control::store::{Tx, events, hosts, instances, server_groups, volume_attachments, volumes};
use crate::control::volume::holding;
use crate::control::workflow::timeline::{Request, with_detail};
use crate::control::workflow::{self, outbox};
use crate::model::host::Host;
use crate::model::instance::Fault;
use crate::model::scheduling::Decision;
use crate::model::state::{PowerState, VmState};
use crate::model::step::{Step, StepEvent};
use crate::model::{InstanceId, Reason, Result, Timestamp};

/// When the scheduler did its reading.
struct Times {
    took: Timestamp,
    asked: Timestamp,
    answered: Timestamp,
}

/// Chooses, claims and tells a host; or ends the launch with the reason why none can take it. Told twice, it tells
/// the same host again; told of an instance that no longer waits, it does nothing.
pub async fn place(shared: &Shared, id: &InstanceId, request_id: &str, token: &str) -> Result<()> {
    let request = Request { instance: id, id: request_id };
    let began = Instant::now();
    let took = shared.now();
    let asked = shared.now();
    let Some(record) = instances::needs(shared.db.read(), id).await? else { return Ok(()) };
    if record.vm_state != VmState::Building || record.task_request_id.as_deref() != Some(request_id) {
        return Ok(());
    }
    if let Some(host) = &record.host {
        let mut tx = shared.db.write().await?;
        announce(&mut tx, host, request, token, shared.now()).await?;
        return shared.commit(tx).await;
    }
    let everyone = hosts::list(shared.db.read(), shared.alive_since()).await?;
    let times = Times { took, asked, answered: shared.now() };

    let companions = match &record.server_group_id {
        Some(_) => server_groups::companions(shared.db.read(), id).await?,
        None => None,
    };
    let needs = Needs { companions, ..with_volumes(shared, id, needs(record)).await? };
    let (hosts, mut decision) = decide(&needs, ratios(shared), times.answered, everyone);
    let mut tx = shared.db.write().await?;
    let chosen = claim::first_free(&mut tx, id, &needs, ratios(shared), &hosts, &mut decision).await?;
    match &chosen {
        Some(host) => give(shared, tx, request, token, &times, host, &decision).await?,
        None => give_up(shared, tx, request, &times, &decision).await?,
    }
    meter::scheduled(chosen.is_some(), began.elapsed());
    Ok(())
}

/// With the volumes that are made where the instance will be, and what is known of the system on the one that it starts from.
async fn with_volumes(shared: &Shared, id: &InstanceId, mut needs: Needs) -> Result<Needs> {
    // Most have none, and many are placed at once.
    if volume_attachments::of_instances(shared.db.read(), &[id.as_str()]).await?.is_empty() {
        return Ok(needs);
    }
    let mut seen = shared.db.snapshot().await?;
    for volume in volumes::of_instance(&mut seen, id).await? {
        if volume.host.is_none() {
            needs.volumes_gb += volume.size_gb;
        }
        if volume.attachments.iter().any(|attachment| attachment.boot) {
            needs.image_properties = volume.image_metadata;
            // Nothing of it lies outside of the volume.
            needs.disk_gb = 0;
        }
    }
    needs.disk_gb += needs.volumes_gb;
    Ok(needs)
}

fn needs(record: instances::Needs) -> Needs {
    let instances::Needs { flavor, wanted_zone, image_properties, image_virtual_size, .. } = record;
    Needs {
        vcpus: flavor.vcpus,
        ram_mb: flavor.ram_mb,
        disk_gb: if flavor.disk_gb > 0 { flavor.disk_gb } else { image_virtual_size.map_or(0, gib) },
        volumes_gb: 0,
        zone: wanted_zone,
        image_properties: image_properties.unwrap_or_default(),
        companions: None,
    }
}

async fn give(
    shared: &Shared,
    mut tx: Tx,
    request: Request<'_>,
    token: &str,
    times: &Times,
    host: &Host,
    decision: &Decision,
) -> Result<()> {
    let (name, zone) = (&host.inventory.host, &host.inventory.availability_zone);
    let now = shared.now();
    let Some(touched) = instances::place(&mut tx, request.instance, name, zone, decision, now).await? else {
        // Deleted or ended meanwhile; dropping the transaction gives the claim back.
        return Ok(());
    };
    volumes::place_with(&mut tx, request.instance, name, zone).await?;
    announce(&mut tx, name, request, token, now).await?;
    let mut steps = first_steps(request, times);
    steps.push(with_detail(request.done(Step::HOST_CHOSEN, times.answered, shared.now()), name));
    record(&mut tx, request, times, &mut steps).await?;
    workflow::commit(shared, tx, &steps).await?;
    workflow::tell(shared, &touched);
    Ok(())
}

async fn give_up(shared: &Shared, mut tx: Tx, request: Request<'_>, times: &Times, decision: &Decision) -> Result<()> {
    let now = shared.now();
    let reason = Reason::NoValidHost { summary: decision.summary() };
    let fault = Fault { reason: reason.clone(), created_at: now, request_id: request.id.to_owned() };
    let failure = Failure {
        vm_state: VmState::Error,
        power_state: Some(PowerState::NoState),
        leave_host: true,
        fault: &fault,
        decision: Some(decision),
    };
    let Some(touched) = instances::fail(&mut tx, request.instance, request.id, failure, now).await? else {
        return Ok(());
    };
    let mut steps = first_steps(request, times);
    steps.push(request.failed(Step::HOST_CHOSEN, times.answered, now, reason));
    record(&mut tx, request, times, &mut steps).await?;
    let began = instances::created_at(&mut *tx, request.instance).await?;
    let volumes = holding::released(&mut tx, request.instance, now).await?;
    workflow::commit(shared, tx, &steps).await?;
    volumes.tell(shared);
    meter::launch_ended(meter::Launch::Error, began, now);
    workflow::tell(shared, &touched);
    Ok(())
}

async fn announce(tx: &mut Tx, host: &str, request: Request<'_>, token: &str, now: Timestamp) -> Result<()> {
    let message = ComputeMessage::Build {
        instance_id: request.instance.clone(),
        request_id: request.id.to_owned(),
        token: token.to_owned(),
    };
    outbox::enqueue(tx, &Topic::compute(host), &Envelope::new(request.id, &message), now).await
}

fn first_steps(request: Request<'_>, times: &Times) -> Vec<StepEvent> {
    vec![
        request.done(Step::SCHEDULER_TOOK, times.took, times.asked),
        request.done(Step::NEEDS_ASKED, times.asked, times.asked),
        request.done(Step::NEEDS_ANSWERED, times.asked, times.answered),
    ]
}

/// Step 8, the announcement, is over the moment that the scheduler has it.
async fn record(tx: &mut Tx, request: Request<'_>, times: &Times, steps: &mut Vec<StepEvent>) -> Result<()> {
    events::write(tx, steps).await?;
    let since = events::finish_step(tx, request.instance, request.id, Step::ANNOUNCED, times.took).await?;
    steps.extend(since.map(|since| request.done(Step::ANNOUNCED, since, times.took)));
    Ok(())
}
