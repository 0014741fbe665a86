//! Volumes as hosts should have them, put together from the records.

use std::collections::HashMap;

use sqlx::FromRow;
use sqlx::types::Json;

use super::db::{self, Connection, Executor};
use super::image_sources::{self, Source};
use super::{volume_snapshots, volumes};
use crate::bus::contract::{AttachmentPlan, SnapshotPlan, VolumeAt, VolumePlan};
use crate::model::host::{Inventory, VolumePool, VolumePoolKind};
use crate::model::volume::{AttachStatus, Snapshot, Volume, VolumeStatus};
use crate::model::{AttachmentId, ImageId, InstanceId, Result, VolumeId};

#[derive(FromRow)]
struct AttachmentRow {
    instance_id: InstanceId,
    id: AttachmentId,
    volume_id: VolumeId,
    status: AttachStatus,
    volume_status: VolumeStatus,
    device: String,
    boot: bool,
    read_only: bool,
    host: Option<String>,
    export_address: Option<String>,
    export_name: Option<String>,
    /// What its host has reported.
    inventory: Option<Json<Inventory>>,
}

macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT a.instance_id, a.id, a.volume_id, a.status, v.status AS volume_status, a.device, a.boot, \
             a.read_only, v.host, v.export_address, v.export_name, h.inventory \
             FROM volume_attachments a JOIN volumes v ON v.id = a.volume_id \
             LEFT JOIN hosts h ON h.name = v.host WHERE ",
            $condition,
            " ORDER BY a.boot DESC, a.device"
        )
    };
}

/// The volumes of an instance, as its host reaches them; the one that it starts from comes first.
pub async fn of_instance(on: impl Executor<'_>, id: &InstanceId, host: &str) -> Result<Vec<AttachmentPlan>> {
    const SQL: &str = select!("a.instance_id = $1");
    let rows: Vec<AttachmentRow> = db::query_as(SQL).bind(id).fetch_all(on).await?;
    Ok(rows.into_iter().map(|row| row.plan(host)).collect())
}

/// As [`of_instance`], for every instance on a host.
pub async fn of_instances_on(on: impl Executor<'_>, host: &str) -> Result<HashMap<InstanceId, Vec<AttachmentPlan>>> {
    const SQL: &str = select!("a.instance_id IN (SELECT i.id FROM instances i WHERE i.host = $1)");
    let rows: Vec<AttachmentRow> = db::query_as(SQL).bind(host).fetch_all(on).await?;
    let mut plans: HashMap<_, Vec<_>> = HashMap::new();
    for row in rows {
        plans.entry(row.instance_id.clone()).or_default().push(row.plan(host));
    }
    Ok(plans)
}

impl AttachmentRow {
    fn plan(self, instance_host: &str) -> AttachmentPlan {
        let volume_id = self.volume_id;
        AttachmentPlan {
            attachment_id: self.id,
            status: self.status,
            volume_status: self.volume_status,
            device: self.device,
            boot: self.boot,
            read_only: self.read_only,
            at: match (self.inventory.and_then(|inventory| inventory.0.volume_pool), self.host) {
                (Some(VolumePool { kind: VolumePoolKind::Rbd, name: pool, .. }), Some(host)) => {
                    VolumeAt::Rbd { image: VolumeAt::rbd_image(&volume_id, &host), host, pool }
                }
                (_, Some(host)) if host != instance_host => {
                    VolumeAt::Nbd { host, address: self.export_address, export: self.export_name }
                }
                _ => VolumeAt::File,
            },
            volume_id,
        }
    }
}

/// One volume, unless it is gone or lies elsewhere.
pub async fn one_on_host(db: &mut Connection, host: &str, id: &VolumeId) -> Result<Option<VolumePlan>> {
    let Some(volume) = volumes::by_id(db, id).await? else { return Ok(None) };
    if volume.host.as_deref() != Some(host) {
        return Ok(None);
    }
    let snapshots = volume_snapshots::of_volume(db, id).await?;
    let uploads_to = image_sources::image_of(db, Source::Volume(id)).await?;
    Ok(Some(plan(volume, snapshots, uploads_to)))
}

/// Every volume that lies on the host.
pub async fn on_host(db: &mut Connection, host: &str) -> Result<Vec<VolumePlan>> {
    let mut snapshots: HashMap<VolumeId, Vec<Snapshot>> = HashMap::new();
    for snapshot in volume_snapshots::on_host(db, host).await? {
        snapshots.entry(snapshot.volume_id.clone()).or_default().push(snapshot);
    }
    let mut uploads = image_sources::of_volumes_on(db, host).await?;
    let volumes = volumes::on_host(db, host).await?;
    Ok(volumes
        .into_iter()
        .map(|volume| {
            let snapshots = snapshots.remove(&volume.id).unwrap_or_default();
            let uploads_to = uploads.remove(&volume.id);
            plan(volume, snapshots, uploads_to)
        })
        .collect())
}

fn plan(volume: Volume, snapshots: Vec<Snapshot>, uploads_to: Option<ImageId>) -> VolumePlan {
    VolumePlan {
        volume_id: volume.id,
        status: volume.status,
        size_gb: volume.size_gb,
        source: volume.source,
        uploads_to,
        users: volume.attachments.into_iter().map(|attachment| attachment.instance_id).collect(),
        snapshots: snapshots
            .into_iter()
            .map(|snapshot| SnapshotPlan { snapshot_id: snapshot.id, status: snapshot.status })
            .collect(),
    }
}
