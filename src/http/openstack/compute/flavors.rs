//! `/compute/v2.1/flavors`.

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::flavor::{Flavor, NewFlavor};
use crate::model::{Reason, Result};

/// Which flavors a list shows.
#[derive(Deserialize)]
pub struct Wanted {
    /// `True`, `False` or `None` (both), as Python writes them; administrators only.
    is_public: Option<String>,
}

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Failure> {
    let flavors = flavors(&services, &auth.ctx, &wanted).await?;
    let brief: Vec<Value> = flavors
        .iter()
        .map(|flavor| json!({ "id": flavor.id, "name": flavor.name, "links": links(&base, flavor) }))
        .collect();
    Ok(Json(json!({ "flavors": brief })))
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Failure> {
    let flavors = flavors(&services, &auth.ctx, &wanted).await?;
    let full: Vec<Value> = flavors.iter().map(|flavor| view(&base, flavor)).collect();
    Ok(Json(json!({ "flavors": full })))
}

async fn flavors(services: &Services, ctx: &Ctx, wanted: &Wanted) -> Result<Vec<Flavor>> {
    let mut flavors = services.compute.flavors(ctx).await?;
    match wanted.is_public.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("none") => {}
        Some("false" | "0") => flavors.retain(|flavor| !flavor.is_public),
        _ => flavors.retain(|flavor| flavor.is_public),
    }
    Ok(flavors)
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "flavor": view(&base, &services.compute.flavor(&auth.ctx, &id.into()).await?) })))
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Body(body): Body<Create>,
) -> Result<Json<Value>, Failure> {
    let flavor = services.compute.create_flavor(&auth.ctx, body.flavor.try_into()?).await?;
    Ok(Json(json!({ "flavor": view(&base, &flavor) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.compute.delete_flavor(&auth.ctx, &id.into()).await?;
    Ok(StatusCode::ACCEPTED)
}

/// The body of a create.
#[derive(Deserialize)]
pub struct Create {
    flavor: Given,
}

#[derive(Deserialize)]
struct Given {
    id: Option<String>,
    name: String,
    vcpus: i64,
    ram: i64,
    disk: i64,
    #[serde(default)]
    swap: i64,
    #[serde(default, rename = "OS-FLV-EXT-DATA:ephemeral")]
    ephemeral: i64,
    #[serde(rename = "os-flavor-access:is_public")]
    is_public: Option<bool>,
}

impl TryFrom<Given> for NewFlavor {
    type Error = crate::model::Error;

    fn try_from(given: Given) -> Result<Self> {
        for (field, value) in [("swap", given.swap), ("OS-FLV-EXT-DATA:ephemeral", given.ephemeral)] {
            if value != 0 {
                return Err(Reason::OutOfRange { field: field.into(), min: 0, max: 0 }.into());
            }
        }
        Ok(Self {
            id: given.id.filter(|id| id != "auto"),
            name: given.name,
            vcpus: given.vcpus,
            ram_mb: given.ram,
            disk_gb: given.disk,
            is_public: given.is_public.unwrap_or(true),
        })
    }
}

fn view(base: &Base, flavor: &Flavor) -> Value {
    json!({
        "id": flavor.id,
        "name": flavor.name,
        "vcpus": flavor.vcpus,
        "ram": flavor.ram_mb,
        "disk": flavor.disk_gb,
        "swap": "",
        "OS-FLV-EXT-DATA:ephemeral": 0,
        "OS-FLV-DISABLED:disabled": false,
        "os-flavor-access:is_public": flavor.is_public,
        "rxtx_factor": 1.0,
        "links": links(base, flavor),
    })
}

fn links(base: &Base, flavor: &Flavor) -> Value {
    json!([
        { "rel": "self", "href": format!("{base}/compute/v2.1/flavors/{}", flavor.id) },
        { "rel": "bookmark", "href": format!("{base}/compute/flavors/{}", flavor.id) },
    ])
}
