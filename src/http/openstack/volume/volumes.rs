//! `/volume/v3/{project}/volumes`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::asked::{read, says};
use super::caller::{Caller, Of};
use super::listing::{self, Key, Page, page};
use super::view::View;
use crate::control::volume::Deleting;
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::{whole_number, word_of_truth};
use crate::http::openstack::schema::{self, Field, Kind, may};
use crate::http::openstack::time::micros;
use crate::model::volume::{FillFrom, NewVolume, Volume, VolumeChange};
use crate::model::{Error, ImageId, Noun, Reason, Result, SnapshotId, VolumeId};

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = View { ctx, base: &base, version };
    let path = format!("/volume/v3/{}/volumes", ctx.project_id);
    let page = wanted(&services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&base, &path, &query), |volume| view.brief(&volume))))
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let view = View { ctx, base: &base, version };
    let path = format!("/volume/v3/{}/volumes/detail", ctx.project_id);
    let page = wanted(&services, ctx, &query).await?;
    Ok(Json(page.answer("volumes", (&base, &path, &query), |volume| view.volume(&volume))))
}

/// `GET …/summary`: how many there are, and how large they are together.
pub async fn summary(State(services): State<Services>, caller: Caller, query: Pairs) -> Result<Json<Value>, Failure> {
    let volumes = services.volume.volumes(&caller.auth.ctx, says(&query, "all_tenants")).await?;
    let size: i64 = volumes.iter().map(|volume| volume.size_gb).sum();
    Ok(Json(json!({ "volume-summary": { "total_count": volumes.len(), "total_size": size, "metadata": {} } })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<(StatusCode, Json<Value>), Failure> {
    let ctx = &caller.auth.ctx;
    let new = Wanted::read(body, version)?.into_new()?;
    let volume = services.volume.create(ctx, new).await.map_err(refused)?;
    let view = View { ctx, base: &base, version };
    Ok((StatusCode::ACCEPTED, Json(json!({ "volume": view.made(&volume) }))))
}

/// An image that is not there is the body's fault; volumes, snapshots and types that are not there are missing.
fn refused(error: Error) -> Failure {
    match error.reason {
        Reason::NotFound { noun: Noun::Image, .. } => Failure::in_body(error),
        _ => error.into(),
    }
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let volume = services.volume.volume(ctx, &id).await?;
    Ok(Json(json!({ "volume": View { ctx, base: &base, version }.volume(&volume) })))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    caller: Caller,
    base: Base,
    version: Microversion,
    Path(Of { id }): Path<Of<VolumeId>>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let ctx = &caller.auth.ctx;
    let change: Change = schema::read(body, "volume", CHANGE, version)?;
    let volume = services.volume.update(ctx, &id, change.into()).await?;
    Ok(Json(json!({ "volume": View { ctx, base: &base, version }.made(&volume) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeId>>,
    query: Pairs,
) -> Result<StatusCode, Failure> {
    let how = Deleting { cascade: says(&query, "cascade"), force: says(&query, "force") };
    services.volume.delete(&caller.auth.ctx, &id, how).await?;
    Ok(StatusCode::ACCEPTED)
}

const NEW: &[Field] = &[
    may("name", Kind::Text(0, 255)),
    may("display_name", Kind::Text(0, 255)),
    may("description", Kind::Text(0, 255)),
    may("display_description", Kind::Text(0, 255)),
    may("size", Kind::Integer(1)),
    may("volume_type", Kind::Text(0, 255)),
    may("metadata", Kind::Pairs),
    may("snapshot_id", Kind::Text(1, 255)),
    may("source_volid", Kind::Text(1, 255)),
    may("imageRef", Kind::Text(0, 255)),
    may("image_id", Kind::Text(0, 255)),
    may("availability_zone", Kind::Text(0, 255)),
    may("multiattach", Kind::Boolean),
    may("consistencygroup_id", Kind::Text(0, 255)),
    may("group_id", Kind::Text(0, 255)),
    may("backup_id", Kind::Text(0, 255)),
];

/// A volume that is wanted.
#[derive(Deserialize)]
struct Wanted {
    #[serde(default, alias = "display_name")]
    name: String,
    #[serde(alias = "display_description")]
    description: Option<String>,
    size: Option<Value>,
    volume_type: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    snapshot_id: Option<SnapshotId>,
    source_volid: Option<VolumeId>,
    #[serde(rename = "imageRef", alias = "image_id")]
    image: Option<ImageId>,
    availability_zone: Option<String>,
    multiattach: Option<Value>,
    consistencygroup_id: Option<String>,
    group_id: Option<String>,
    backup_id: Option<String>,
}

impl Wanted {
    fn read(mut body: Value, version: Microversion) -> Result<Self> {
        if let Value::Object(members) = &mut body {
            // There is one place for a volume, wherever it would rather be.
            members.remove("OS-SCH-HNT:scheduler_hints");
        }
        read(body, "volume", NEW, version)
    }

    fn into_new(self) -> Result<NewVolume> {
        self.can_be_had()?;
        let image = self.image.filter(|image| !image.as_str().is_empty());
        let from = match (image, self.source_volid, self.snapshot_id) {
            (None, None, None) => FillFrom::Nothing,
            (Some(image), None, None) => FillFrom::Image(image),
            (None, Some(volume), None) => FillFrom::Volume(volume),
            (None, None, Some(snapshot)) => FillFrom::Snapshot(snapshot),
            _ => {
                let why = "give one of imageRef, source_volid and snapshot_id".to_owned();
                return Err(Reason::Malformed { why }.into());
            }
        };
        Ok(NewVolume {
            name: self.name,
            description: self.description,
            size_gb: self.size.as_ref().and_then(whole_number),
            volume_type: self.volume_type,
            availability_zone: self.availability_zone.filter(|zone| !zone.is_empty()),
            from,
            metadata: self.metadata,
        })
    }

    fn can_be_had(&self) -> Result<()> {
        let named = |name: &Option<String>| name.as_deref().is_some_and(|name| !name.is_empty());
        let truth = |value: &Option<Value>| value.as_ref().is_some_and(|value| value == &json!(true));
        let asked = [
            ("A volume in several instances", truth(&self.multiattach), "a volume is in one instance at a time"),
            ("A volume in a group", named(&self.consistencygroup_id) || named(&self.group_id), "there are no groups"),
            ("A volume from a backup", named(&self.backup_id), "there are no backups"),
        ];
        match asked.into_iter().find(|(_, asked, _)| *asked) {
            Some((what, _, why)) => Err(Reason::VolumeCannot { what: what.into(), why: why.into() }.into()),
            None => Ok(()),
        }
    }
}

pub(super) const CHANGE: &[Field] = &[
    may("name", Kind::TextOrNull(0, 255)),
    may("display_name", Kind::TextOrNull(0, 255)),
    may("description", Kind::TextOrNull(0, 255)),
    may("display_description", Kind::TextOrNull(0, 255)),
    may("metadata", Kind::Pairs),
];

/// What is to be said of a volume or snapshot from now on.
#[derive(Deserialize)]
pub(super) struct Change {
    #[serde(alias = "display_name")]
    name: Option<String>,
    #[serde(alias = "display_description")]
    description: Option<String>,
    metadata: Option<BTreeMap<String, String>>,
}

impl From<Change> for VolumeChange {
    fn from(change: Change) -> Self {
        Self { name: change.name, description: change.description.map(Some), metadata: change.metadata }
    }
}

/// The volumes that a query asks for.
async fn wanted(services: &Services, ctx: &Ctx, query: &[(String, String)]) -> Result<Page<Volume>> {
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
pub(super) fn pairs(text: &str) -> Result<BTreeMap<String, String>> {
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
