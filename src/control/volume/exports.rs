//! Volumes that instances on other hosts than their own have.

use std::time::Duration;

use crate::bus::contract::{ComputeMessage, VolumeAt};
use crate::bus::{self, Topic};
use crate::control::shared::Shared;
use crate::control::store::{hosts, volume_plans, volumes};
use crate::model::host::VolumePoolKind;
use crate::model::volume::AttachStatus;
use crate::model::{InstanceId, Result, VolumeId};

/// How long a host may take to serve a volume.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// Has the hosts that hold an instance's volumes serve those that lie elsewhere than on `host`, and writes down where.
///
/// # Errors
/// The refusal of the first host that cannot, or its silence.
pub async fn serve(shared: &Shared, request_id: &str, instance: &InstanceId, host: &str) -> Result<()> {
    for plan in volume_plans::of_instance(shared.db.read(), instance, host).await? {
        if let (VolumeAt::Nbd { host, .. }, AttachStatus::Attaching | AttachStatus::Attached) = (plan.at, plan.status) {
            serve_one(shared, request_id, &plan.volume_id, &host).await?;
        }
    }
    Ok(())
}

/// Has the host on which a volume lies serve it, and writes down where.
///
/// # Errors
/// As [`serve`].
pub async fn serve_one(shared: &Shared, request_id: &str, volume: &VolumeId, host: &str) -> Result<()> {
    // Nobody needs to be served what every host reaches by itself.
    let pool = hosts::volume_pool(shared.db.read(), host).await?;
    if pool.is_some_and(|pool| pool.kind == VolumePoolKind::Rbd) {
        return Ok(());
    }
    let message = ComputeMessage::ExportVolume { volume_id: volume.clone(), request_id: request_id.to_owned() };
    let at = bus::ask(&*shared.bus, &Topic::compute(host), request_id, &message, ANSWER_WITHIN).await?;
    let VolumeAt::Nbd { address, export, .. } = at else { return Ok(()) };
    let mut tx = shared.db.write().await?;
    volumes::set_export(&mut tx, volume, address.as_deref(), export.as_deref()).await?;
    shared.commit(tx).await
}
