//! What volumes and their snapshots take of a project's limits.

use crate::control::quota::check_in_tx;
use crate::control::store::{Tx, volume_type_quotas};
use crate::model::quota::Resource;
use crate::model::{ProjectId, Result, VolumeTypeId};

/// All of it still fits, into the limits of the project and into those that it has for this type.
///
/// # Errors
/// `QuotaExceeded` for the first limit that it does not fit into.
pub async fn fits(tx: &mut Tx, project: &ProjectId, kind: &VolumeTypeId, wanted: &[(Resource, i64)]) -> Result<()> {
    for (resource, more) in wanted {
        check_in_tx(tx, project, *resource, *more).await?;
    }
    for usage in volume_type_quotas::of_type(tx, project, kind).await? {
        if let Some((_, more)) = wanted.iter().find(|(resource, _)| *resource == usage.of.resource) {
            usage.check(*more)?;
        }
    }
    Ok(())
}
