//! `GET …/extensions`, and what of Cinder there is none of.

use axum::Json;
use serde_json::{Value, json};

use super::caller::Caller;

/// When Cinder froze its list: since then there are microversions.
const UPDATED: &str = "2013-01-01T00:00:00Z";

/// Alias and name.
const HERE: [(&str, &str); 13] = [
    ("os-admin-actions", "AdminActions"),
    ("os-availability-zone", "AvailabilityZones"),
    ("os-extended-snapshot-attributes", "ExtendedSnapshotAttributes"),
    ("os-quota-sets", "Quotas"),
    ("os-services", "Services"),
    ("os-types-extra-specs", "TypesExtraSpecs"),
    ("os-types-manage", "TypesManage"),
    ("os-vol-host-attr", "VolumeHostAttribute"),
    ("os-vol-image-meta", "VolumeImageMetadata"),
    ("os-vol-tenant-attr", "VolumeTenantAttribute"),
    ("os-volume-actions", "VolumeActions"),
    ("os-volume-transfer", "VolumeTransfer"),
    ("scheduler-stats", "SchedulerStats"),
];

/// `GET`.
pub async fn list(_: Caller) -> Json<Value> {
    let view = |(alias, name): &(&str, &str)| json!({ "alias": alias, "name": name, "description": name, "updated": UPDATED, "links": [] });
    Json(json!({ "extensions": HERE.iter().map(view).collect::<Vec<_>>() }))
}

/// There are no groups.
pub async fn groups(_: Caller) -> Json<Value> {
    Json(json!({ "groups": [] }))
}

/// There are no kinds of groups.
pub async fn group_types(_: Caller) -> Json<Value> {
    Json(json!({ "group_types": [] }))
}

/// There are no group snapshots.
pub async fn group_snapshots(_: Caller) -> Json<Value> {
    Json(json!({ "group_snapshots": [] }))
}

/// There are no backups.
pub async fn backups(_: Caller) -> Json<Value> {
    Json(json!({ "backups": [] }))
}

/// No volume is faster than others.
pub async fn qos_specs(_: Caller) -> Json<Value> {
    Json(json!({ "qos_specs": [] }))
}
