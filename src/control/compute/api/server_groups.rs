//! Server groups.

use super::ComputeApi;
use crate::control::policy::{self, Action};
use crate::control::quota::check_in_tx;
use crate::control::store::{Tx, server_groups};
use crate::control::{Ctx, store};
use crate::model::quota::Resource;
use crate::model::server_group::{Companions, NewServerGroup, ServerGroup};
use crate::model::{Error, Noun, Result, ServerGroupId, validate};

impl ComputeApi {
    /// The project's groups, oldest first; everybody's for administrators who ask for them.
    pub async fn server_groups(&self, ctx: &Ctx, all_projects: bool) -> Result<Vec<ServerGroup>> {
        let everybody = all_projects && ctx.is_admin();
        let mut tx = self.shared.db.snapshot().await?;
        server_groups::list(&mut tx, (!everybody).then_some(&ctx.project_id)).await
    }

    /// One group.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn server_group(&self, ctx: &Ctx, id: &ServerGroupId) -> Result<ServerGroup> {
        visible(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// Makes a group.
    ///
    /// # Errors
    /// For a name that is none, `OutOfRange` for `max_per_host`, `QuotaExceeded`.
    pub async fn create_server_group(&self, ctx: &Ctx, wanted: NewServerGroup) -> Result<ServerGroup> {
        let grant = policy::check(ctx, Action::Write, "create a server group")?;
        validate::range("max_server_per_host", wanted.max_per_host.into(), 1, i32::MAX.into())?;
        let group = ServerGroup {
            id: uuid::Uuid::new_v4().to_string().into(),
            project_id: ctx.project_id.clone(),
            user_id: ctx.user_id.clone(),
            name: validate::name("name", &wanted.name)?,
            policy: wanted.policy,
            max_per_host: wanted.max_per_host,
            members: Vec::new(),
        };
        let mut tx = self.shared.db.write().await?;
        check_in_tx(&mut tx, &ctx.project_id, Resource::ServerGroups, 1).await?;
        server_groups::insert(&mut tx, grant, &group, self.shared.now()).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::ServerGroup, group.id.as_str());
        Ok(group)
    }

    /// Deletes a group; its instances stay where they are.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_server_group(&self, ctx: &Ctx, id: &ServerGroupId) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "delete a server group")?;
        let mut tx = self.shared.db.write().await?;
        visible(&mut tx, ctx, id).await?;
        server_groups::delete(&mut tx, grant, id).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::ServerGroup, id.as_str());
        Ok(())
    }
}

async fn visible(tx: &mut Tx, ctx: &Ctx, id: &ServerGroupId) -> Result<ServerGroup> {
    let unknown = || Error::not_found(Noun::ServerGroup, id.as_str());
    let group = server_groups::find(tx, id).await?.ok_or_else(unknown)?;
    policy::visible(ctx, &group.project_id, Noun::ServerGroup, id.as_str())?;
    Ok(group)
}

/// Whether `more` instances of the caller's project may join a group, in the transaction that will write them.
///
/// # Errors
/// `NotFound` for a group that is none of this project's, `QuotaExceeded`; both on `group`.
pub(super) async fn let_join(tx: &mut Tx, ctx: &Ctx, id: &ServerGroupId, more: i64) -> Result<()> {
    let found = server_groups::find(tx, id).await?.filter(|group| group.project_id == ctx.project_id);
    let group = found.ok_or_else(|| Error::not_found(Noun::ServerGroup, id.as_str())).map_err(super::at("group"))?;
    Ok(store::quotas::server_group_members(tx, &group).await?.check(more)?)
}

/// Those whom an instance of the caller's project would join in a group.
///
/// # Errors
/// As [`let_join`].
pub(super) async fn companions(tx: &mut Tx, ctx: &Ctx, id: &ServerGroupId) -> Result<Option<Companions>> {
    let_join(tx, ctx, id, 1).await?;
    server_groups::companions_in(&mut **tx, id).await
}
