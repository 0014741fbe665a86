//! Which security groups a port is in.

use crate::control::Ctx;
use crate::control::store::{Tx, security_groups};
use crate::model::network::Network;
use crate::model::{Error, Noun, Reason, Result, SecurityGroupId, Timestamp};

const FIELD: &str = "security_groups";

/// The groups that were named by id or by name; without a wish the project's `default`, which is made if need be.
///
/// # Errors
/// `NotFound` for what is no group of the project.
pub async fn choose(
    tx: &mut Tx,
    ctx: &Ctx,
    network: &Network,
    wanted: Option<&[String]>,
    now: Timestamp,
) -> Result<Vec<SecurityGroupId>> {
    let Some(wanted) = wanted else {
        if !network.port_security {
            return Ok(Vec::new());
        }
        return Ok(vec![security_groups::default_of(tx, &ctx.project_id, now).await?]);
    };
    let groups = security_groups::list(tx, &ctx.project_id).await?;
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
