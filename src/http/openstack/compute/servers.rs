//! `/compute/v2.1/servers`.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use rand::distr::{Alphanumeric, SampleString as _};
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::new_server::Create;
use super::server_view::{brief, full, links};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::query::query as url_query;
use crate::model::instance::{Instance, InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::state::Verb;
use crate::model::{Error, Noun, Reason, Result};

/// The most rows of one answer, and of one question to the service.
const MAX_LIMIT: u32 = 1000;
/// Nova's.
const PASSWORD_LENGTH: usize = 12;

/// `GET`: names only.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let (instances, more) = wanted(&services, &auth.ctx, &query).await?;
    let servers = instances.iter().map(|instance| brief(instance, &base)).collect();
    Ok(Json(page(servers, more, &base, "servers", &query)))
}

/// `GET …/detail`.
pub async fn detail(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let (instances, more) = wanted(&services, &auth.ctx, &query).await?;
    let servers = instances.iter().map(|instance| full(instance, &base, &auth.ctx, version)).collect();
    Ok(Json(page(servers, more, &base, "servers/detail", &query)))
}

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<String>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id.into()).await?;
    Ok(Json(json!({ "server": full(&instance, &base, &auth.ctx, version) })))
}

/// `POST`: launches.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    Body(body): Body<Create>,
) -> Result<Response, Failure> {
    let groups: Vec<Value> = body.server.groups().into_iter().map(|name| json!({ "name": name })).collect();
    let request = body.server.into_request()?;
    let launched = services.compute.launch(&auth.ctx, request).await.map_err(Failure::in_body)?;
    let first = launched.first().ok_or_else(|| Error::internal("a launch without instances"))?;
    let location = format!("{base}/compute/v2.1/servers/{}", first.id);
    let server = json!({
        "id": first.id,
        "links": links(first, &base),
        "OS-DCF:diskConfig": "MANUAL",
        "security_groups": groups,
        // As Nova without password injection: guests are entered by key.
        "adminPass": Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH),
    });
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(json!({ "server": server }))).into_response())
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    services.compute.act(&auth.ctx, &id.into(), Verb::Delete, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The instances that a query asks for, newest first, and whether there are more.
async fn wanted(services: &Services, ctx: &Ctx, query: &[(String, String)]) -> Result<(Vec<Instance>, bool)> {
    let truth = |name| value(query, name).is_some_and(|text| matches!(text, "1" | "true" | "True"));
    let filter = InstanceFilter {
        name: value(query, "name").map(str::to_owned),
        // A status that there is none of matches nothing.
        status: match value(query, "status").map(|status| status.to_uppercase().parse()) {
            None => None,
            Some(Ok(status)) => Some(status),
            Some(Err(_)) => return Ok((Vec::new(), false)),
        },
        ip: value(query, "ip").map(str::to_owned),
        all_projects: truth("all_tenants"),
    };
    let limit = match value(query, "limit").map(str::parse) {
        None => MAX_LIMIT,
        Some(Ok(limit)) => std::cmp::min(limit, MAX_LIMIT),
        Some(Err(_)) => return Err(Reason::OutOfRange { field: "limit".into(), min: 0, max: MAX_LIMIT.into() }.into()),
    };
    after(services, ctx, &filter, value(query, "marker"), limit as usize).await
}

/// The rows that follow the marker.
async fn after(
    services: &Services,
    ctx: &Ctx,
    filter: &InstanceFilter,
    marker: Option<&str>,
    limit: usize,
) -> Result<(Vec<Instance>, bool)> {
    let mut page = PageRequest { sort: InstanceSort::Created, descending: true, offset: 0, limit: MAX_LIMIT };
    let mut passed = marker.is_none();
    let mut rows = Vec::new();
    loop {
        let found = services.compute.instances(ctx, filter, page).await?;
        page.offset += MAX_LIMIT;
        for instance in found.rows {
            if passed && rows.len() == limit {
                return Ok((rows, true));
            }
            if passed {
                rows.push(instance);
            } else {
                passed = Some(instance.id.as_str()) == marker;
            }
        }
        if page.offset >= found.total {
            break;
        }
    }
    match marker {
        Some(marker) if !passed => Err(Reason::NotFound { noun: Noun::Instance, id: marker.to_owned() }.into()),
        _ => Ok((rows, false)),
    }
}

/// A list, with the address of what follows it.
fn page(servers: Vec<Value>, more: bool, base: &Base, path: &str, query: &[(String, String)]) -> Value {
    let last = servers.last().filter(|_| more).and_then(|server| server["id"].as_str()).map(str::to_owned);
    let mut page = json!({ "servers": servers });
    if let Some(last) = last {
        let kept =
            query.iter().filter(|(name, _)| name != "marker").map(|(name, value)| (name.as_str(), value.as_str()));
        let following = url_query(kept.chain([("marker", last.as_str())]));
        let next = format!("{base}/compute/v2.1/{path}{following}");
        page["servers_links"] = json!([{ "rel": "next", "href": next }]);
    }
    page
}
