//! Which security groups a port is in.

use crate::control::store::{Tx, security_groups};
use crate::model::{Error, Noun, ProjectId, Reason, Result, SecurityGroupId, Timestamp};

const FIELD: &str = "security_groups";

/// The group of a new port for which none was named: the project's `default`, which is made if need be.
pub async fn default(tx: &mut Tx, project: &ProjectId, now: Timestamp) -> Result<Vec<SecurityGroupId>> {
    Ok(vec![security_groups::default_of(tx, project, now).await?])
}

/// The project's groups that were named by id or by name; `default` is made if need be.
///
/// # Errors
/// `NotFound` for what is no group of the project.
pub async fn named(
    tx: &mut Tx,
    project: &ProjectId,
    wanted: &[String],
    now: Timestamp,
) -> Result<Vec<SecurityGroupId>> {
    if wanted.iter().any(|word| word == security_groups::DEFAULT) {
        default(tx, project, now).await?;
    }
    let groups = security_groups::list(tx, project).await?;
    let mut chosen = Vec::with_capacity(wanted.len());
    for word in wanted {
        let by_id = groups.iter().find(|group| group.id.as_str() == word);
        let group = by_id.or_else(|| groups.iter().find(|group| group.name == *word));
        let unknown = || Error::on(FIELD, Reason::NotFound { noun: Noun::SecurityGroup, id: word.clone() });
        let id = &group.ok_or_else(unknown)?.id;
        if !chosen.contains(id) {
            chosen.push(id.clone());
        }
    }
    Ok(chosen)
}
