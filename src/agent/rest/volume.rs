//! The volume service (`/volume/v3`).

use serde::Deserialize;
use serde_json::Value;

use super::{Caller, Rest};
use crate::model::{ProjectId, Result};

#[derive(Deserialize)]
struct Attachments {
    attachments: Vec<Value>,
}

impl Rest {
    /// How many volumes the caller's instance was asked to have.
    ///
    /// # Errors
    /// [`crate::model::Reason::ServiceRefused`] or [`crate::model::Reason::Unavailable`].
    pub async fn attached_volumes(&self, caller: Caller<'_>, project: &ProjectId) -> Result<usize> {
        let path = format!("/volume/v3/{project}/attachments?instance_id={}", caller.instance);
        Ok(self.get_json::<Attachments>("volume", caller, &path).await?.attachments.len())
    }
}
