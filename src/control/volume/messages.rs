//! Why things failed, for whoever asked for them.

use super::{VolumeService, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action};
use crate::control::store::{self, Tx};
use crate::model::volume::{MessageAbout, VolumeMessage};
use crate::model::{Error, Noun, ProjectId, Reason, Result, Timestamp};

impl VolumeService {
    /// The project's, newest first.
    pub async fn messages(&self, ctx: &Ctx) -> Result<Vec<VolumeMessage>> {
        store::volume_messages::of_project(&mut *self.shared.db.snapshot().await?, &ctx.project_id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn message(&self, ctx: &Ctx, id: &str) -> Result<VolumeMessage> {
        own_message(&mut self.shared.db.snapshot().await?, ctx, id).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn delete_message(&self, ctx: &Ctx, id: &str) -> Result<()> {
        let grant = policy::check(ctx, Action::Write, "delete a message")?;
        let mut tx = self.shared.db.write().await?;
        own_message(&mut tx, ctx, id).await?;
        store::volume_messages::remove(&mut tx, grant, id).await?;
        self.shared.commit(tx).await
    }
}

async fn own_message(tx: &mut Tx, ctx: &Ctx, id: &str) -> Result<VolumeMessage> {
    let message = store::volume_messages::by_id(tx, id).await?;
    let message = message.ok_or_else(|| Error::not_found(Noun::Resource, id))?;
    policy::visible(ctx, &message.project_id, Noun::Resource, id)?;
    Ok(message)
}

/// Leaves one.
pub async fn leave(
    tx: &mut Tx,
    project: &ProjectId,
    (about, resource): (MessageAbout, &str),
    reason: Reason,
    request_id: &str,
    now: Timestamp,
) -> Result<()> {
    let message = VolumeMessage {
        id: new_id(),
        project_id: project.clone(),
        about,
        resource_id: resource.to_owned(),
        reason,
        request_id: request_id.to_owned(),
        created_at: now,
    };
    store::volume_messages::insert(tx, &message).await
}
