//! Volumes and snapshots in the block storage API's shape, which grows with the microversion.

use serde_json::{Value, json};

use super::pools::pool_name;
use crate::control::Ctx;
use crate::http::base::Base;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::time::micros;
use crate::model::volume::{AttachStatus, Attachment, Snapshot, SnapshotStatus, Volume, VolumeSource};

const GROUP: u16 = 13;
const GROUP_SNAPSHOT: u16 = 14;
const PROVIDER: u16 = 21;
const SNAPSHOT_USER: u16 = 41;
const SHARED_TARGETS: u16 = 48;
const CLUSTER: u16 = 61;
const TYPE_ID: u16 = 63;
const CONSUMES_QUOTA: u16 = 65;

/// What an answer looks like to one caller in one microversion.
pub struct View<'a> {
    pub ctx: &'a Ctx,
    pub base: &'a Base,
    pub version: Microversion,
}

impl View<'_> {
    /// Id, name and links.
    pub fn brief(&self, volume: &Volume) -> Value {
        json!({ "id": volume.id, "name": volume.name, "links": self.links("volumes", volume.id.as_str()) })
    }

    /// As it is shown when it has just been made or changed.
    pub fn made(&self, volume: &Volume) -> Value {
        let (snapshot, copied) = match &volume.source {
            VolumeSource::Snapshot { snapshot_id, .. } => (Some(snapshot_id), None),
            VolumeSource::Volume { volume_id } => (None, Some(volume_id)),
            VolumeSource::Empty | VolumeSource::Image { .. } => (None, None),
        };
        let has = volume.attachments.iter().filter(|attachment| attachment.status != AttachStatus::Attaching);
        let mut view = json!({
            "id": volume.id,
            "status": volume.status,
            "size": volume.size_gb,
            "availability_zone": volume.availability_zone,
            "created_at": micros(volume.created_at),
            "updated_at": (volume.updated_at != volume.created_at).then(|| micros(volume.updated_at)),
            "name": volume.name,
            "description": volume.description,
            "volume_type": volume.type_name,
            "snapshot_id": snapshot,
            "source_volid": copied,
            "metadata": volume.metadata,
            "links": self.links("volumes", volume.id.as_str()),
            "user_id": volume.user_id,
            "bootable": if volume.bootable { "true" } else { "false" },
            "encrypted": false,
            "replication_status": null,
            "consistencygroup_id": null,
            "multiattach": volume.multiattach,
            "attachments": has.map(|attachment| self.attachment(volume, attachment)).collect::<Vec<_>>(),
            "migration_status": null,
        });
        let later = [
            (GROUP, "group_id", Value::Null),
            (PROVIDER, "provider_id", Value::Null),
            (SHARED_TARGETS, "shared_targets", json!(false)),
            (SHARED_TARGETS, "service_uuid", Value::Null),
            (CLUSTER, "cluster_name", Value::Null),
            (TYPE_ID, "volume_type_id", json!(volume.type_id)),
            (CONSUMES_QUOTA, "consumes_quota", json!(true)),
        ];
        self.add(&mut view, later);
        view
    }

    /// As it is shown in answers and lists that go into detail.
    pub fn volume(&self, volume: &Volume) -> Value {
        let mut view = self.made(volume);
        view["os-vol-tenant-attr:tenant_id"] = json!(volume.project_id);
        if !volume.image_metadata.is_empty() {
            view["volume_image_metadata"] = json!(volume.image_metadata);
        }
        if self.ctx.is_admin() {
            view["os-vol-mig-status-attr:migstat"] = Value::Null;
            view["os-vol-mig-status-attr:name_id"] = Value::Null;
            view["os-vol-host-attr:host"] = json!(volume.host.as_deref().map(pool_name));
        }
        view
    }

    fn attachment(&self, volume: &Volume, attachment: &Attachment) -> Value {
        json!({
            "id": volume.id,
            "volume_id": volume.id,
            "server_id": attachment.instance_id,
            "attachment_id": attachment.id,
            "attached_at": attachment.attached_at.map(micros),
            "host_name": null,
            "device": format!("/dev/{}", attachment.device),
        })
    }

    /// As it is shown when it has just been made or changed, and in short lists.
    pub fn made_snapshot(&self, snapshot: &Snapshot) -> Value {
        let mut view = json!({
            "id": snapshot.id,
            "name": snapshot.name,
            "description": snapshot.description,
            "volume_id": snapshot.volume_id,
            "status": snapshot.status,
            "size": snapshot.size_gb,
            "metadata": snapshot.metadata,
            "created_at": micros(snapshot.created_at),
            "updated_at": (snapshot.updated_at != snapshot.created_at).then(|| micros(snapshot.updated_at)),
        });
        let later = [
            (GROUP_SNAPSHOT, "group_snapshot_id", Value::Null),
            (SNAPSHOT_USER, "user_id", json!(snapshot.user_id)),
            (CONSUMES_QUOTA, "consumes_quota", json!(true)),
        ];
        self.add(&mut view, later);
        view
    }

    /// As it is shown in answers and lists that go into detail.
    pub fn snapshot(&self, snapshot: &Snapshot) -> Value {
        let mut view = self.made_snapshot(snapshot);
        let progress = if snapshot.status == SnapshotStatus::Creating { "0%" } else { "100%" };
        view["os-extended-snapshot-attributes:progress"] = json!(progress);
        view["os-extended-snapshot-attributes:project_id"] = json!(snapshot.project_id);
        view
    }

    /// Where something is.
    pub fn links(&self, collection: &str, id: &str) -> Value {
        let project = &self.ctx.project_id;
        json!([
            { "rel": "self", "href": self.base.url(&format!("/volume/v3/{project}/{collection}/{id}")) },
            { "rel": "bookmark", "href": self.base.url(&format!("/volume/{project}/{collection}/{id}")) },
        ])
    }

    fn add<const N: usize>(&self, view: &mut Value, later: [(u16, &str, Value); N]) {
        for (since, name, value) in later {
            if self.version.0 >= since {
                view[name] = value;
            }
        }
    }
}
