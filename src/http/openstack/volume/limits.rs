//! `GET …/limits`: what the project may have and has.

use axum::Json;
use serde_json::{Value, json};

use super::caller::Caller;
use crate::http::failure::Failure;
use crate::model::quota::Resource;

/// `GET`.
pub async fn show(caller: Caller) -> Result<Json<Value>, Failure> {
    let usage = caller.services.quota.usage(&caller.auth.ctx).await?;
    let of = |resource| usage.iter().find(|usage| usage.resource == resource);
    let limit = |resource| of(resource).map(|usage| usage.limit);
    let used = |resource| of(resource).map(|usage| usage.used);
    Ok(Json(json!({ "limits": { "rate": [], "absolute": {
        "maxTotalVolumes": limit(Resource::Volumes),
        "maxTotalSnapshots": limit(Resource::Snapshots),
        "maxTotalVolumeGigabytes": limit(Resource::Gigabytes),
        "maxTotalBackups": 0,
        "maxTotalBackupGigabytes": 0,
        "totalVolumesUsed": used(Resource::Volumes),
        "totalSnapshotsUsed": used(Resource::Snapshots),
        "totalGigabytesUsed": used(Resource::Gigabytes),
        "totalBackupsUsed": 0,
        "totalBackupGigabytesUsed": 0,
    } } })))
}
