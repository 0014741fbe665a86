//! Snapshots of volumes.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::wish::{Wish, nothing};
use crate::control::Ctx;
use crate::dashboard::api::snapshots::{CreateSnapshot, DeleteSnapshot, UpdateSnapshot};
use crate::model::Result;

impl Form for CreateSnapshot {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let new = self.command()?;
        let command = Cli::new("volume snapshot create")
            .option("--volume", &new.volume_id)
            .flag_if(new.force, "--force")
            .maybe("--description", new.description.as_ref())
            .arg(&new.name);
        let body =
            Body::of([("volume_id", json!(new.volume_id)), ("name", json!(new.name)), ("force", json!(new.force))]);
        let body = body.maybe("description", new.description.as_deref()).named("snapshot");
        Ok(Wish::new(command, Call::volume(ctx, "POST", "snapshots").json(body), nothing()))
    }
}

impl Form for UpdateSnapshot {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let change = self.change()?;
        let (id, name) = (self.id, change.name.unwrap_or_default());
        let description = change.description.flatten().unwrap_or_default();
        let command =
            Cli::new("volume snapshot set").option("--name", &name).option("--description", &description).arg(&id);
        let body = json!({ "snapshot": { "name": name, "description": description } });
        Ok(Wish::new(command, Call::volume(ctx, "PUT", format!("snapshots/{id}")).json(body), nothing()))
    }
}

impl Form for DeleteSnapshot {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let command = Cli::new("volume snapshot delete").arg(&self.id);
        Ok(Wish::new(command, Call::volume(ctx, "DELETE", format!("snapshots/{}", self.id)), nothing()))
    }
}
