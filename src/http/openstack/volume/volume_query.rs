//! Which volumes a list shows.

use std::collections::BTreeMap;

use super::asked::says;
use super::listing::{self, Key, Page, page};
use crate::control::{Ctx, Services};
use crate::http::openstack::filter::value;
use crate::http::openstack::python::word_of_truth;
use crate::http::openstack::time::micros;
use crate::model::volume::Volume;
use crate::model::{Error, Noun, Reason, Result};

/// The volumes that a query asks for.
pub async fn wanted(services: &Services, ctx: &Ctx, query: &[(String, String)]) -> Result<Page<Volume>> {
    let mut volumes = services.volume.volumes(ctx, says(query, "all_tenants")).await?;
    let metadata = value(query, "metadata").map(pairs).transpose()?;
    volumes.retain(|volume| matches(volume, query, metadata.as_ref()));
    page(volumes, query, Noun::Volume, |volume| volume.id.as_str(), key)
}

fn matches(volume: &Volume, query: &[(String, String)], metadata: Option<&BTreeMap<String, String>>) -> bool {
    let is = |name: &str, has: &str| value(query, name).is_none_or(|wanted| wanted == has);
    let like = |name: &str, has: &str| value(query, name).is_none_or(|wanted| has.contains(wanted));
    let bootable = value(query, "bootable").and_then(word_of_truth);
    is("name", &volume.name)
        && is("display_name", &volume.name)
        && like("name~", &volume.name)
        && like("display_name~", &volume.name)
        && is("status", volume.status.as_str())
        && is("availability_zone", &volume.availability_zone)
        && is("id", volume.id.as_str())
        && is("project_id", volume.project_id.as_str())
        && is("user_id", volume.user_id.as_str())
        && is("volume_type_id", volume.type_id.as_str())
        && is("size", &volume.size_gb.to_string())
        && bootable.is_none_or(|wanted| wanted == volume.bootable)
        && metadata.is_none_or(|wanted| wanted.iter().all(|(key, value)| volume.metadata.get(key) == Some(value)))
}

/// Pairs as Python writes them: `{'key': 'value'}`.
pub fn pairs(text: &str) -> Result<BTreeMap<String, String>> {
    let json = text.replace("u'", "'").replace('\'', "\"");
    serde_json::from_str(&json).map_err(|error| {
        let (field, value) = ("metadata".to_owned(), text.to_owned());
        Error::on("metadata", Reason::InvalidInput { field, value, why: error.to_string() })
    })
}

fn key(volume: &Volume, name: &str) -> Option<Key> {
    Some(match name {
        "created_at" => listing::text(micros(volume.created_at)),
        "updated_at" => listing::text(micros(volume.updated_at)),
        "id" => listing::text(&volume.id),
        "name" | "display_name" => listing::text(&volume.name),
        "size" => (volume.size_gb, String::new()),
        "status" => listing::text(volume.status),
        "availability_zone" => listing::text(&volume.availability_zone),
        "bootable" => listing::text(volume.bootable),
        "project_id" => listing::text(&volume.project_id),
        "volume_type_id" => listing::text(&volume.type_id),
        _ => return None,
    })
}
