//! The security groups of an instance: those of all its ports.

use super::{ComputeApi, locks::unlocked};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::instances;
use crate::control::workflow;
use crate::model::network::PortPatch;
use crate::model::security_group::SecurityGroup;
use crate::model::{Error, InstanceId, Noun, Reason, Result, SecurityGroupId};

impl ComputeApi {
    /// The groups that the instance's ports are in, with their rules.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn security_groups(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<SecurityGroup>> {
        let ids = self.group_ids(ctx, id).await?;
        let mut groups = self.network.security_groups(ctx).await?;
        groups.retain(|group| ids.contains(&group.id));
        Ok(groups)
    }

    /// Puts every port of the instance into a group of its project, named by id or name.
    ///
    /// # Errors
    /// `NotFound`, `Locked`, and those of changing a port.
    pub async fn add_security_group(&self, ctx: &Ctx, id: &InstanceId, group: &str) -> Result<()> {
        let (group, mut ids) = self.group_of(ctx, id, group).await?;
        if !ids.contains(&group.id) {
            ids.push(group.id.clone());
        }
        self.set_groups(ctx, id, ids, |groups| groups.push(group.id.clone())).await
    }

    /// Takes every port of the instance out of a group.
    ///
    /// # Errors
    /// As [`Self::add_security_group`]; `InUse` by nothing: `NotFound` where no port is in it.
    pub async fn remove_security_group(&self, ctx: &Ctx, id: &InstanceId, group: &str) -> Result<()> {
        let (group, mut ids) = self.group_of(ctx, id, group).await?;
        if !ids.contains(&group.id) {
            let (verb, status) = ("removeSecurityGroup".to_owned(), format!("not in security group {}", group.name));
            return Err(Reason::InvalidState { verb, id: id.to_string(), status }.into());
        }
        ids.retain(|known| *known != group.id);
        self.set_groups(ctx, id, ids, |groups| groups.retain(|known| *known != group.id)).await
    }

    /// The group that is meant, and the ids of those that the instance is in.
    async fn group_of(&self, ctx: &Ctx, id: &InstanceId, word: &str) -> Result<(SecurityGroup, Vec<SecurityGroupId>)> {
        policy::check(ctx, Action::Write, "change an instance's security groups")?;
        let record = self.visible(ctx, id).await?;
        unlocked(ctx, &record.instance)?;
        let mut groups = self.network.security_groups(ctx).await?;
        groups.retain(|group| group.project_id == record.instance.project_id);
        let by_id = groups.iter().find(|group| group.id.as_str() == word);
        let found = by_id.or_else(|| groups.iter().find(|group| group.name == word));
        let group = found.cloned().ok_or_else(|| Error::not_found(Noun::SecurityGroup, word))?;
        Ok((group, self.group_ids(ctx, id).await?))
    }

    /// The groups of the ports, or those that the ports will be in once there are some.
    async fn group_ids(&self, ctx: &Ctx, id: &InstanceId) -> Result<Vec<SecurityGroupId>> {
        let record = self.visible(ctx, id).await?;
        let ports = self.network.ports_of_device(ctx, id).await?;
        if ports.is_empty() {
            return Ok(record.security_groups);
        }
        let mut ids: Vec<SecurityGroupId> = ports.into_iter().flat_map(|port| port.security_groups).collect();
        ids.sort();
        ids.dedup();
        Ok(ids)
    }

    /// Changes each port's groups, and then what the records say that further ports get.
    async fn set_groups(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        ids: Vec<SecurityGroupId>,
        change: impl Fn(&mut Vec<SecurityGroupId>),
    ) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "change an instance's security groups")?;
        let patches = self.network.ports_of_device(ctx, id).await?.into_iter().map(|port| {
            let mut groups = port.security_groups;
            change(&mut groups);
            groups.dedup();
            let named = groups.into_iter().map(|group| group.0).collect();
            (port.id, PortPatch { security_groups: Some(named), ..PortPatch::default() })
        });
        self.network.update_ports(ctx, patches.collect()).await?;
        let mut tx = self.shared.db.write().await?;
        let touched = instances::set_security_groups(&mut tx, grant, id, &ids, self.shared.now()).await?;
        self.shared.commit(tx).await?;
        if let Some(touched) = touched {
            workflow::tell(&self.shared, &touched);
        }
        Ok(())
    }
}
