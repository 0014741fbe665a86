//! An image as the API writes and shows it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::attributes::is_read_only;
use crate::http::openstack::time::seconds;
use crate::model::image::{ContainerFormat, DiskFormat, Image, NewImage, Visibility};
use crate::model::{ImageId, Reason, Result};

/// The body of a create. What is no member of its own is a free property.
#[derive(Deserialize)]
pub struct Record {
    id: Option<ImageId>,
    name: Option<String>,
    disk_format: Option<DiskFormat>,
    container_format: Option<ContainerFormat>,
    visibility: Option<Visibility>,
    #[serde(default)]
    min_disk: i64,
    #[serde(default)]
    min_ram: i64,
    #[serde(default)]
    protected: bool,
    #[serde(default)]
    os_hidden: bool,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(flatten)]
    properties: Map<String, Value>,
}

impl TryFrom<Record> for NewImage {
    type Error = crate::model::Error;

    fn try_from(record: Record) -> Result<Self> {
        let mut properties = BTreeMap::new();
        for (name, value) in record.properties {
            if is_read_only(&name) {
                return Err(Reason::ReadOnly { name }.into());
            }
            let value = text(&name, value)?;
            properties.insert(name, value);
        }
        Ok(Self {
            id: record.id,
            name: record.name.unwrap_or_default(),
            description: properties.remove("description"),
            disk_format: record.disk_format,
            container_format: record.container_format,
            visibility: record.visibility.unwrap_or(Visibility::Shared),
            min_disk: record.min_disk,
            min_ram: record.min_ram,
            protected: record.protected,
            hidden: record.os_hidden,
            tags: record.tags,
            properties,
        })
    }
}

/// A free property's value, which is text.
pub fn text(name: &str, value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        other => Err(Reason::Malformed { why: format!("{name}: {other} is not a string") }.into()),
    }
}

/// As the API shows it.
pub fn view(image: &Image) -> Value {
    let path = format!("/v2/images/{}", image.id);
    let mut view = json!(image.properties);
    let description = image.description.as_ref().map(|text| json!({ "description": text }));
    let members = json!({
        "id": image.id,
        "name": Some(&image.name).filter(|name| !name.is_empty()),
        "owner": image.owner,
        "status": image.status,
        "visibility": image.visibility,
        "protected": image.protected,
        "disk_format": image.disk_format,
        "container_format": image.container_format,
        "size": image.size,
        "virtual_size": image.virtual_size,
        "checksum": image.checksum,
        "os_hash_algo": image.sha256.as_ref().map(|_| "sha256"),
        "os_hash_value": image.sha256,
        "os_hidden": image.hidden,
        "min_disk": image.min_disk,
        "min_ram": image.min_ram,
        "tags": image.tags,
        "created_at": seconds(image.created_at),
        "updated_at": seconds(image.updated_at),
        "self": path,
        "file": format!("{path}/file"),
        "schema": "/v2/schemas/image",
    });
    // Members of the record win over properties that somebody gave the same name.
    for more in description.into_iter().chain([members]) {
        if let (Value::Object(view), Value::Object(more)) = (&mut view, more) {
            view.extend(more);
        }
    }
    view
}
