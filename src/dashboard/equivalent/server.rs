//! Instances, once they are there.

use serde_json::{Value, json};

use super::Form;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, changed, deed, deleted};
use crate::control::Ctx;
use crate::dashboard::api::commands::Terraform;
use crate::dashboard::api::form;
use crate::dashboard::api::instances::{Act, ActOnAll, CreateServerImage, Rename};
use crate::dashboard::server::services;
use crate::model::state::Verb;
use crate::model::{Error, ImageId, InstanceId, Reason, Result, validate};

/// Of the description of an instance.
pub const DESCRIPTION: &str = "2.19";

impl Form for Act {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let (command, call) = deed_of(ctx, &self.id, self.verb, form::optional(&self.image).map(ImageId)).await?;
        Ok(Wish::new(command, call, terraform(self.verb, &[self.id])))
    }
}

impl Form for ActOnAll {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        if self.ids.is_empty() {
            return Err(Error::on("ids", Reason::Required { field: "ids".to_owned() }));
        }
        let (mut commands, mut calls) = (Vec::new(), Vec::new());
        for id in &self.ids {
            let (command, call) = deed_of(ctx, id, self.verb, None).await?;
            commands.push(command);
            calls.push(call);
        }
        Ok(Wish { commands, calls, terraform: terraform(self.verb, &self.ids), notes: Vec::new() })
    }
}

/// A verb for one instance; the APIs want to be told what a rebuild starts from.
async fn deed_of(ctx: &Ctx, id: &InstanceId, verb: Verb, image: Option<ImageId>) -> Result<(Cli, Call)> {
    let image = match (verb, image) {
        (Verb::Rebuild, None) => services()?.compute.instance(ctx, id).await?.image.map(|image| image.id),
        (_, image) => image,
    };
    let command = match verb {
        Verb::Start | Verb::Stop | Verb::Pause | Verb::Unpause | Verb::Suspend | Verb::Resume | Verb::Delete => {
            Cli::new(&format!("server {verb}"))
        }
        Verb::Reboot => Cli::new("server reboot").flag("--soft"),
        Verb::HardReboot => Cli::new("server reboot").flag("--hard"),
        Verb::Rebuild => Cli::new("server rebuild").maybe("--image", image.as_ref()),
        Verb::CreateImage => Cli::new("server image create"),
    };
    let path = format!("servers/{id}");
    let call = match verb {
        Verb::Delete => Call::compute("DELETE", path),
        Verb::CreateImage => image_of(id, &services()?.compute.instance(ctx, id).await?.name),
        _ => Call::compute("POST", format!("{path}/action")).json(action(verb, image)),
    };
    Ok((command.arg(id), call))
}

fn action(verb: Verb, image: Option<ImageId>) -> Value {
    match verb {
        Verb::Start => json!({ "os-start": null }),
        Verb::Stop => json!({ "os-stop": null }),
        Verb::Reboot => json!({ "reboot": { "type": "SOFT" } }),
        Verb::HardReboot => json!({ "reboot": { "type": "HARD" } }),
        Verb::Rebuild => json!({ "rebuild": { "imageRef": image } }),
        other => json!({ other.as_str(): null }),
    }
}

fn image_of(id: &InstanceId, name: &str) -> Call {
    let body = json!({ Verb::CreateImage.as_str(): { "name": name } });
    Call::compute("POST", format!("servers/{id}/action")).json(body)
}

/// Some verbs lead to a state that Terraform can keep an instance in.
fn terraform(verb: Verb, ids: &[InstanceId]) -> Terraform {
    let state = match verb {
        Verb::Delete => return deleted(),
        Verb::Start | Verb::Unpause | Verb::Resume => "active",
        Verb::Stop => "shutoff",
        Verb::Pause => "paused",
        Verb::Reboot | Verb::HardReboot | Verb::Suspend | Verb::Rebuild | Verb::CreateImage => {
            return deed();
        }
    };
    let ids = ids.iter().map(InstanceId::as_str).collect::<Vec<_>>().join(", ");
    changed(&ids, &Block::resource("openstack_compute_instance_v2", "", "instance").set("power_state", state))
}

impl Form for Rename {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let id = self.id.clone();
        let change = self.change();
        let name = validate::name("name", change.name.as_deref().unwrap_or_default())?;
        let description = change.description.flatten().unwrap_or_default();
        let command = Cli::compute(DESCRIPTION, "server set")
            .option("--name", &name)
            .option("--description", &description)
            .arg(&id);
        let body = json!({ "server": { "name": name, "description": description } });
        let call = Call::compute("PUT", format!("servers/{id}")).microversion(DESCRIPTION).json(body);
        let block = Block::resource("openstack_compute_instance_v2", &name, "instance").set("name", &name);
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

impl Form for CreateServerImage {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let name = validate::name("name", &self.name)?;
        let command = Cli::new("server image create").option("--name", &name).arg(&self.id);
        Ok(Wish::new(command, image_of(&self.id, &name), deed()))
    }
}
