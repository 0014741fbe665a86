//! The volume service (`/volume/v3`).

use serde::Deserialize;

use super::{Caller, Rest};
use crate::bus::contract::AttachmentPlan;
use crate::model::{InstanceId, ProjectId, Result};

#[derive(Deserialize)]
struct Attachments {
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Attachment {
    connection_info: AttachmentPlan,
}

impl Rest {
    /// The volumes that an instance was asked to have, and how its host reaches each.
    ///
    /// # Errors
    /// [`crate::model::Reason::ServiceRefused`] or [`crate::model::Reason::Unavailable`].
    pub async fn attachments(
        &self,
        caller: Caller<'_>,
        project: &ProjectId,
        instance: &InstanceId,
    ) -> Result<Vec<AttachmentPlan>> {
        let path = format!("/volume/v3/{project}/attachments?instance_id={instance}");
        let answer: Attachments = self.get_json("volume", caller, &path).await?;
        Ok(answer.attachments.into_iter().map(|attachment| attachment.connection_info).collect())
    }
}
