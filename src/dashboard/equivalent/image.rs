//! Images.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::shell::Later;
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::images::{DeleteImage, UpdateImage, UploadForm};
use crate::dashboard::i18n::tr;
use crate::model::Result;
use crate::model::image::{ImagePatch, NewImage};

const JSON_PATCH: &str = "application/openstack-images-v2.1-json-patch";

impl Form for UploadForm {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let image = self.command()?;
        let format = image.disk_format.map(|format| format.as_str()).unwrap_or_default();
        let record = Call::image("POST", "images").json(record(&image)).saves(Later::ImageId, ".id");
        if let Some(uri) = self.address()? {
            return Ok(imported(&image, format, record, &uri));
        }
        let file = format!("image.{format}");
        let data = Call::image("PUT", format!("images/{}/file", Later::ImageId.mark())).file(&file);
        Ok(Wish {
            commands: vec![described(Cli::new("image create").option("--file", &file), &image, format)],
            calls: vec![record, data],
            terraform: made(&[block(&image, format).set("local_file_path", &file)]),
            notes: vec![tr!(commands.image_file, file = file)],
        })
    }
}

/// The record first, and then the data from an address.
fn imported(image: &NewImage, format: &str, record: Call, uri: &str) -> Wish {
    let made_first = described(Cli::new("image create"), image, format).saves(Later::ImageId);
    let import = Cli::new("image import").option("--method", "web-download").option("--uri", uri);
    let method = json!({ "method": { "name": "web-download", "uri": uri } });
    let call = Call::image("POST", format!("images/{}/import", Later::ImageId.mark())).json(method);
    Wish {
        commands: vec![made_first, import.arg(Later::ImageId.mark())],
        calls: vec![record, call],
        terraform: made(&[block(image, format).set("image_source_url", uri).set("web_download", true)]),
        notes: Vec::new(),
    }
}

fn described(command: Cli, image: &NewImage, format: &str) -> Cli {
    command
        .option("--disk-format", format)
        .option("--container-format", "bare")
        .flag(&format!("--{}", image.visibility))
        .flag_if(image.protected, "--protected")
        .maybe("--min-ram", (image.min_ram > 0).then(|| image.min_ram.to_string()))
        .maybe("--min-disk", (image.min_disk > 0).then(|| image.min_disk.to_string()))
        .maybe("--property", image.description.as_ref().map(|text| format!("description={text}")))
        .arg(&image.name)
}

fn block(image: &NewImage, format: &str) -> Block {
    Block::resource("openstack_images_image_v2", &image.name, "image")
        .set("name", &image.name)
        .set("disk_format", format)
        .set("container_format", "bare")
        .set("visibility", image.visibility.as_str())
        .maybe("protected", image.protected.then_some(true))
        .maybe("min_ram_mb", Some(image.min_ram).filter(|least| *least > 0))
        .maybe("min_disk_gb", Some(image.min_disk).filter(|least| *least > 0))
        .maybe("properties", image.description.as_deref().map(properties))
}

/// A description is one of an image's free properties.
fn properties(description: &str) -> BTreeMap<String, String> {
    BTreeMap::from([("description".to_owned(), description.to_owned())])
}

fn record(image: &NewImage) -> Value {
    let record = Body::of([
        ("name", json!(image.name)),
        ("disk_format", json!(image.disk_format)),
        ("container_format", json!(image.container_format)),
        ("visibility", json!(image.visibility)),
        ("min_ram", json!(image.min_ram)),
        ("min_disk", json!(image.min_disk)),
        ("protected", json!(image.protected)),
    ]);
    record.maybe("description", image.description.as_deref()).into()
}

impl Form for UpdateImage {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, patch) = (self.id, self.form.patch()?);
        let command = Cli::new("image set")
            .maybe("--name", patch.name.as_ref())
            .maybe("--property", patch.description.as_ref().map(|text| format!("description={text}")))
            .maybe("--min-ram", patch.min_ram.map(|ram| ram.to_string()))
            .maybe("--min-disk", patch.min_disk.map(|disk| disk.to_string()));
        let command = match patch.visibility {
            Some(visibility) => command.flag(&format!("--{visibility}")),
            None => command,
        };
        let command = command.either(patch.protected, "--protected", "--unprotected").arg(&id);
        let block = Block::resource("openstack_images_image_v2", patch.name.as_deref().unwrap_or_default(), "image")
            .maybe("name", patch.name.as_ref())
            .maybe("visibility", patch.visibility.map(|visibility| visibility.as_str()))
            .maybe("protected", patch.protected)
            .maybe("min_ram_mb", patch.min_ram)
            .maybe("min_disk_gb", patch.min_disk)
            .maybe("properties", patch.description.as_deref().filter(|text| !text.is_empty()).map(properties));
        let call = Call::image("PATCH", format!("images/{id}")).json_of(JSON_PATCH, operations(patch));
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

fn operations(patch: ImagePatch) -> Value {
    let mut members = Map::new();
    let mut put = |name: &str, value: Option<Value>| members.extend(value.map(|value| (name.to_owned(), value)));
    put("name", patch.name.map(Value::from));
    put("visibility", patch.visibility.map(|visibility| json!(visibility)));
    put("protected", patch.protected.map(Value::from));
    put("min_ram", patch.min_ram.map(Value::from));
    put("min_disk", patch.min_disk.map(Value::from));
    put("description", patch.description.map(Value::from));
    // Glance adds a property that is there by replacing it, and replaces none that is not there.
    let operation = |(name, value): (String, Value)| {
        let op = if name == "description" { "add" } else { "replace" };
        json!({ "op": op, "path": format!("/{name}"), "value": value })
    };
    members.into_iter().map(operation).collect()
}

impl Form for DeleteImage {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::image("DELETE", format!("images/{}", self.id));
        Ok(Wish::new(Cli::new("image delete").arg(&self.id), call, deleted()))
    }
}
