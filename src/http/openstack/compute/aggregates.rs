//! `/compute/v2.1/os-aggregates`: hosts that belong together; administrators only.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, may, must};
use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::time::micros;
use crate::model::aggregate::{Aggregate, AggregatePatch, ZONE};
use crate::model::{Error, Kind as ErrorKind, Noun, Result};

const UUIDS: u16 = 41;
const NEW: &[Field] = &[must("name", Kind::Text(1, 255)), may(ZONE, Kind::TextOrNull(1, 255))];
const CHANGES: &[Field] = &[may("name", Kind::Text(1, 255)), may(ZONE, Kind::TextOrNull(1, 255))];
const OF_HOST: &[Field] = &[must("host", Kind::Text(1, 255))];
const METADATA: &[Field] = &[must("metadata", Kind::Any)];

#[derive(Deserialize)]
struct New {
    name: String,
    availability_zone: Option<String>,
}

#[derive(Deserialize)]
struct Changes {
    name: Option<String>,
    #[serde(default, deserialize_with = "given")]
    availability_zone: Option<Option<String>>,
}

/// Tells null from what is not there.
fn given<'de, D: Deserializer<'de>>(member: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(member).map(Some)
}

/// `GET`.
pub async fn list(State(services): State<Services>, auth: Auth, version: Microversion) -> Result<Json<Value>, Failure> {
    let aggregates = services.compute.aggregates(&auth.ctx).await?;
    let views: Vec<Value> = aggregates.iter().map(|aggregate| view(aggregate, version)).collect();
    Ok(Json(json!({ "aggregates": views })))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let aggregate = services.compute.aggregate(&auth.ctx, number(&id)?).await?;
    Ok(whole(&aggregate, version))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let New { name, availability_zone } = schema::read(body, "aggregate", NEW, version)?;
    let aggregate = services.compute.create_aggregate(&auth.ctx, &name, availability_zone.as_deref()).await?;
    let mut view = view(&aggregate, version);
    if let Some(view) = view.as_object_mut() {
        // As Nova has it: a new one has neither yet.
        view.retain(|name, _| name != "hosts" && name != "metadata");
    }
    Ok(Json(json!({ "aggregate": view })))
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<String>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let Changes { name, availability_zone } = schema::read(body, "aggregate", CHANGES, version)?;
    let patch = AggregatePatch { name, availability_zone };
    if patch == AggregatePatch::default() {
        return Err(invalid("aggregate", &json!({}), "{} does not have enough properties".into()).into());
    }
    let aggregate = services.compute.update_aggregate(&auth.ctx, number(&id)?, patch).await?;
    Ok(whole(&aggregate, version))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let deleted = services.compute.delete_aggregate(&auth.ctx, number(&id)?).await;
    deleted.map_err(|error| match error.kind() {
        // As Nova has it, which takes this for a mistake in the request.
        ErrorKind::Conflict => Failure::of_kind(error, ErrorKind::BadRequest),
        _ => error.into(),
    })?;
    Ok(StatusCode::OK)
}

/// `POST …/{id}/action`: adds a host, takes one out, or sets metadata.
pub async fn act(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<String>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct OfMetadata {
        metadata: BTreeMap<String, Option<String>>,
    }
    let (compute, ctx) = (&services.compute, &auth.ctx);
    let verbs: Vec<&str> = body.keys().map(String::as_str).collect();
    let verb = match verbs[..] {
        [verb @ ("add_host" | "remove_host" | "set_metadata")] => verb.to_owned(),
        _ => {
            let why = "exactly one of 'add_host', 'remove_host' and 'set_metadata' is expected".into();
            return Err(invalid("body", &Value::Object(body), why).into());
        }
    };
    let body = Value::Object(body);
    let aggregate = match verb.as_str() {
        "add_host" => compute.add_aggregate_host(ctx, number(&id)?, &host(body, &verb, version)?).await?,
        "remove_host" => compute.remove_aggregate_host(ctx, number(&id)?, &host(body, &verb, version)?).await?,
        _ => {
            let OfMetadata { metadata } = schema::read(body, &verb, METADATA, version)?;
            compute.set_aggregate_metadata(ctx, number(&id)?, metadata).await?
        }
    };
    Ok(whole(&aggregate, version))
}

/// The host that a verb is about.
fn host(body: Value, verb: &str, version: Microversion) -> Result<String> {
    #[derive(Deserialize)]
    struct OfHost {
        host: String,
    }
    let OfHost { host } = schema::read(body, verb, OF_HOST, version)?;
    Ok(host)
}

/// What is no number is no aggregate.
fn number(id: &str) -> Result<i64> {
    id.parse().map_err(|_| Error::not_found(Noun::Aggregate, id))
}

fn whole(aggregate: &Aggregate, version: Microversion) -> Json<Value> {
    Json(json!({ "aggregate": view(aggregate, version) }))
}

fn view(aggregate: &Aggregate, version: Microversion) -> Value {
    let mut metadata = aggregate.metadata.clone();
    metadata.extend(aggregate.availability_zone.clone().map(|zone| (ZONE.to_owned(), zone)));
    let mut view = json!({
        "id": aggregate.id,
        "name": aggregate.name,
        "availability_zone": aggregate.availability_zone,
        "hosts": aggregate.hosts,
        "metadata": metadata,
        "created_at": micros(aggregate.created_at),
        "updated_at": aggregate.updated_at.map(micros),
        "deleted": false,
        "deleted_at": null,
    });
    if version.0 >= UUIDS {
        view["uuid"] = json!(aggregate.uuid);
    }
    view
}
