//! `createImage`: an image of a server's disk.

use std::collections::BTreeMap;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::schema::{self, Field, Kind, may, must};
use crate::control::Ctx;
use crate::control::compute::ComputeApi;
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::model::InstanceId;
use crate::model::instance::NewInstanceImage;

/// From here on the body says which image it is; before, only the header does.
const IN_BODY: u16 = 45;

const FIELDS: &[Field] = &[must("name", Kind::Text(1, 255)), may("metadata", Kind::Pairs)];

#[derive(Deserialize)]
struct Wanted {
    name: String,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

/// Begins to make one.
pub async fn create(
    compute: &ComputeApi,
    ctx: &Ctx,
    base: &Base,
    version: Microversion,
    id: &InstanceId,
    arguments: Value,
) -> Result<Response, Failure> {
    let Wanted { name, metadata } = schema::object(arguments, "createImage", FIELDS, version)?;
    let image = compute.create_image(ctx, id, NewInstanceImage { name, metadata }).await?;
    let location = [(LOCATION, base.url(&format!("/image/v2/images/{}", image.id)))];
    Ok(match version.0 >= IN_BODY {
        true => (StatusCode::ACCEPTED, location, Json(json!({ "image_id": image.id }))).into_response(),
        false => (StatusCode::ACCEPTED, location).into_response(),
    })
}
