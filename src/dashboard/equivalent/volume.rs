//! Volumes.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, changed, deed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::volumes::{CreateVolume, DeleteVolume, ExtendVolume, UpdateVolume, UploadVolume};
use crate::model::volume::{FillFrom, NewVolume};
use crate::model::{Error, Reason, Result, validate};

const VOLUME: &str = "openstack_blockstorage_volume_v3";
/// Since then a volume can be extended while an instance has it.
const EXTEND_IN_USE: &str = "3.42";
/// Since then it can be said who may see an image that is made of a volume.
const SHARING: &str = "3.1";

impl Form for CreateVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let new = self.command(ctx).await?;
        if (new.size_gb, &new.from) == (None, &FillFrom::Nothing) {
            return Err(Error::on("size", Reason::Required { field: "size".to_owned() }));
        }
        let call = Call::volume(ctx, "POST", "volumes").json(body(&new));
        Ok(Wish::new(command(&new), call, made(&[block(&new)])))
    }
}

fn command(new: &NewVolume) -> Cli {
    let cli = Cli::new("volume create").maybe("--size", new.size_gb.map(|size| size.to_string()));
    let cli = match &new.from {
        FillFrom::Nothing => cli,
        FillFrom::Image(id) => cli.option("--image", id),
        FillFrom::Volume(id) => cli.option("--source", id),
        FillFrom::Snapshot(id) => cli.option("--snapshot", id),
    };
    cli.maybe("--type", new.volume_type.as_ref()).maybe("--description", new.description.as_ref()).arg(&new.name)
}

fn body(new: &NewVolume) -> Value {
    let body = Body::of([("name", json!(new.name))]).maybe("size", new.size_gb);
    let body = match &new.from {
        FillFrom::Nothing => body,
        FillFrom::Image(id) => body.filled("imageRef", id.as_str()),
        FillFrom::Volume(id) => body.filled("source_volid", id.as_str()),
        FillFrom::Snapshot(id) => body.filled("snapshot_id", id.as_str()),
    };
    body.maybe("volume_type", new.volume_type.as_deref())
        .maybe("description", new.description.as_deref())
        .named("volume")
}

fn block(new: &NewVolume) -> Block {
    let block = Block::resource(VOLUME, &new.name, "volume").set("name", &new.name).maybe("size", new.size_gb);
    let block = match &new.from {
        FillFrom::Nothing => block,
        FillFrom::Image(id) => block.set("image_id", id.as_str()),
        FillFrom::Volume(id) => block.set("source_vol_id", id.as_str()),
        FillFrom::Snapshot(id) => block.set("snapshot_id", id.as_str()),
    };
    block.maybe("volume_type", new.volume_type.as_ref()).maybe("description", new.description.as_ref())
}

impl Form for UpdateVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let (id, change) = (self.id, self.form.change()?);
        let name = change.name.unwrap_or_default();
        let description = change.description.flatten().unwrap_or_default();
        let command = Cli::new("volume set")
            .option("--name", &name)
            .option("--description", &description)
            .either(Some(self.form.bootable), "--bootable", "--non-bootable")
            .arg(&id);
        let said = json!({ "volume": { "name": name, "description": description } });
        let bootable = json!({ "os-set_bootable": { "bootable": self.form.bootable } });
        let calls = vec![
            Call::volume(ctx, "PUT", format!("volumes/{id}")).json(said),
            Call::volume(ctx, "POST", format!("volumes/{id}/action")).json(bootable),
        ];
        let block = Block::resource(VOLUME, &name, "volume").set("name", &name).filled("description", &description);
        let terraform = changed(id.as_str(), &block);
        Ok(Wish { commands: vec![command], calls, terraform, notes: Vec::new() })
    }
}

impl Form for ExtendVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let size = self.size()?;
        let id = self.id;
        let command = Cli::new(&format!("--os-volume-api-version {EXTEND_IN_USE} volume set"))
            .option("--size", size.to_string())
            .arg(&id);
        let call = Call::volume(ctx, "POST", format!("volumes/{id}/action"))
            .version_of("volume", EXTEND_IN_USE)
            .json(json!({ "os-extend": { "new_size": size } }));
        let block = Block::resource(VOLUME, "", "volume").set("size", size).set("enable_online_resize", true);
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

impl Form for UploadVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let id = self.id.clone();
        let wanted = self.command();
        let name = validate::name("image_name", &wanted.image_name)?;
        let command = Cli::new(&format!("--os-volume-api-version {SHARING} image create"))
            .option("--volume", &id)
            .flag_if(wanted.force, "--force")
            .option("--disk-format", wanted.disk_format.as_str())
            .arg(&name);
        let body = json!({ "os-volume_upload_image": {
            "image_name": name,
            "force": wanted.force,
            "disk_format": wanted.disk_format,
            "visibility": wanted.visibility,
            "protected": wanted.protected,
        } });
        let call = Call::volume(ctx, "POST", format!("volumes/{id}/action")).version_of("volume", SHARING).json(body);
        Ok(Wish::new(command, call, deed()))
    }
}

impl Form for DeleteVolume {
    async fn wish(self, ctx: &Ctx) -> Result<Wish> {
        let whole = self.with_snapshots.is_some();
        let command = Cli::new("volume delete").flag_if(whole, "--purge").arg(&self.id);
        let query = if whole { "?cascade=true" } else { "" };
        let call = Call::volume(ctx, "DELETE", format!("volumes/{}{query}", self.id));
        Ok(Wish::new(command, call, deleted()))
    }
}
