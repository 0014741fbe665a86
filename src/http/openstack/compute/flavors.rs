//! `/compute/v2.1/flavors`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};

use super::flavor_view::{links, view};
use super::microversion::Microversion;
use super::new_server::word;
use super::schema::{self, Field, Kind, invalid, may, must};
use super::server_list::next;
use super::server_query::limit;
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::python::{number, truth, whole_number, word_of_truth};
use crate::model::flavor::{Flavor, NewFlavor};
use crate::model::{FlavorId, Result};

/// Flavors have a description from here on, which may change.
pub const DESCRIPTION: u16 = 55;

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let brief = |flavor: &Flavor| {
        let mut view = json!({ "id": flavor.id, "name": flavor.name, "links": links(&base, flavor) });
        if version.0 >= DESCRIPTION {
            view["description"] = json!(flavor.description);
        }
        view
    };
    page(&services, &auth.ctx, &base, &query, "flavors", brief).await
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    page(&services, &auth.ctx, &base, &query, "flavors/detail", |flavor| view(&base, flavor, version)).await
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<FlavorId>,
) -> Result<Json<Value>, Failure> {
    Ok(Json(json!({ "flavor": view(&base, &services.compute.flavor(&auth.ctx, &id).await?, version) })))
}

const NEW: &[Field] = &[
    must("name", Kind::Text(1, 255)),
    must("ram", Kind::Integer(1)),
    must("vcpus", Kind::Integer(1)),
    must("disk", Kind::Integer(0)),
    may("id", Kind::Id),
    may("swap", Kind::Integer(0)),
    may("OS-FLV-EXT-DATA:ephemeral", Kind::Integer(0)),
    may("rxtx_factor", Kind::Number),
    may("os-flavor-access:is_public", Kind::Boolean),
    may("description", Kind::TextOrNull(0, 65_535)).since(DESCRIPTION),
];

#[derive(Deserialize)]
struct New {
    name: String,
    ram: Value,
    vcpus: Value,
    disk: Value,
    id: Option<Value>,
    swap: Option<Value>,
    #[serde(rename = "OS-FLV-EXT-DATA:ephemeral")]
    ephemeral: Option<Value>,
    rxtx_factor: Option<Value>,
    #[serde(rename = "os-flavor-access:is_public")]
    is_public: Option<Value>,
    description: Option<String>,
}

impl From<New> for NewFlavor {
    fn from(new: New) -> Self {
        let whole = |value: &Value| whole_number(value).unwrap_or_default();
        Self {
            id: new.id.as_ref().map(word).filter(|id| id != "auto"),
            name: new.name,
            vcpus: whole(&new.vcpus),
            ram_mb: whole(&new.ram),
            disk_gb: whole(&new.disk),
            is_public: new.is_public.as_ref().and_then(truth).unwrap_or(true),
            description: new.description,
            swap_mb: new.swap.as_ref().map_or(0, whole),
            ephemeral_gb: new.ephemeral.as_ref().map_or(0, whole),
            rxtx_factor: new.rxtx_factor.as_ref().and_then(number),
        }
    }
}

/// `POST`.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let new: New = schema::read(body, "flavor", NEW, version)?;
    let flavor = services.compute.create_flavor(&auth.ctx, new.into()).await?;
    Ok(Json(json!({ "flavor": view(&base, &flavor, version) })))
}

/// `PUT …/{id}`: describes it anew.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<FlavorId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    #[derive(Deserialize)]
    struct Change {
        description: Option<String>,
    }
    version.at_least(DESCRIPTION)?;
    let fields = [must("description", Kind::TextOrNull(0, 65_535))];
    let change: Change = schema::read(body, "flavor", &fields, version)?;
    let flavor = services.compute.describe_flavor(&auth.ctx, &id, change.description.as_deref()).await?;
    Ok(Json(json!({ "flavor": view(&base, &flavor, version) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<FlavorId>,
) -> Result<StatusCode, Failure> {
    services.compute.delete_flavor(&auth.ctx, &id).await?;
    Ok(StatusCode::ACCEPTED)
}

/// One page of the flavors that a query asks for, with the address of the next.
async fn page(
    services: &Services,
    ctx: &Ctx,
    base: &Base,
    query: &[(String, String)],
    path: &str,
    view: impl Fn(&Flavor) -> Value,
) -> Result<Json<Value>, Failure> {
    let mut flavors = wanted(services, ctx, query).await?;
    if let Some(marker) = value(query, "marker") {
        let unknown = || invalid("marker", &json!(marker), format!("Could not find best match for marker {marker}"));
        let passed = flavors.iter().position(|flavor| flavor.id.as_str() == marker).ok_or_else(unknown)?;
        flavors.drain(..=passed);
    }
    let limit = limit(query)?;
    let more = flavors.len() > limit;
    flavors.truncate(limit);
    let mut page = json!({ "flavors": flavors.iter().map(view).collect::<Vec<_>>() });
    if let Some(last) = flavors.last().filter(|_| more) {
        page["flavors_links"] = json!([{ "rel": "next", "href": next(base, path, query, last.id.as_str()) }]);
    }
    Ok(Json(page))
}

async fn wanted(services: &Services, ctx: &Ctx, query: &[(String, String)]) -> Result<Vec<Flavor>> {
    let mut flavors = services.compute.flavors(ctx).await?;
    // Others see what they may use, whatever they ask.
    let public = match value(query, "is_public").filter(|_| ctx.is_admin()) {
        _ if !ctx.is_admin() => None,
        None => Some(true),
        Some(word) if word.eq_ignore_ascii_case("none") => None,
        Some(word) => match word_of_truth(word) {
            Some(truth) => Some(truth),
            None => return Err(invalid("is_public", &json!(word), format!("Invalid is_public filter [{word}]"))),
        },
    };
    let least = |name: &str| match value(query, name) {
        None => Ok(0),
        Some(text) => {
            text.parse::<i64>().map_err(|_| invalid(name, &json!(text), format!("Invalid {name} filter [{text}]")))
        }
    };
    let (min_ram, min_disk) = (least("minRam")?, least("minDisk")?);
    flavors.retain(|flavor| {
        public.is_none_or(|public| flavor.is_public == public) && flavor.ram_mb >= min_ram && flavor.disk_gb >= min_disk
    });
    Ok(flavors)
}
