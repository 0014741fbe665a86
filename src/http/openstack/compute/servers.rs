//! `/compute/v2.1/servers/{id}`, and how one is launched.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use rand::distr::{Alphanumeric, SampleString as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::microversion::Microversion;
use super::new_server::{DISK_CONFIG, Server};
use super::scheduler_hints;
use super::schema::{self, Field, Kind, may};
use super::server_view::{View, disk_config, links};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::instance::InstanceChange;
use crate::model::state::{TaskState, Verb};
use crate::model::{Error, InstanceId, Reason};

/// Nova's.
const PASSWORD_LENGTH: usize = 12;

/// `GET …/{id}`.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    let user_data = services.compute.user_data(&auth.ctx, &id).await?;
    let view = View::new(&services, &auth.ctx, &base, version).await?;
    Ok(Json(json!({ "server": view.shown(&instance, user_data.as_deref()) })))
}

/// `POST`: launches.
pub async fn create(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Body(mut body): Body<Value>,
) -> Result<Response, Failure> {
    let group = scheduler_hints::take_group(&mut body)?;
    let wanted = Server::read(body, version)?;
    let (groups, auto) = (wanted.groups(), wanted.auto_disk_config());
    let (password, reserves) = (wanted.password.clone(), wanted.wants_reservation());
    let mut request = wanted.into_request()?;
    request.more.server_group = group;
    let launched = services.compute.launch(&auth.ctx, request).await.map_err(Failure::in_body)?;
    let first = launched.first().ok_or_else(|| Error::internal("a launch without instances"))?;
    if reserves {
        return Ok((StatusCode::ACCEPTED, Json(json!({ "reservation_id": first.request_id }))).into_response());
    }
    let location = base.url(&format!("/compute/v2.1/servers/{}", first.id));
    let groups: Vec<Value> = groups.into_iter().map(|name| json!({ "name": name })).collect();
    let server = json!({
        "id": first.id,
        "links": links(first, &base),
        "OS-DCF:diskConfig": disk_config(auto),
        "security_groups": groups,
        "adminPass": password.unwrap_or_else(new_password),
    });
    Ok((StatusCode::ACCEPTED, [(LOCATION, location)], Json(json!({ "server": server }))).into_response())
}

/// A password for the answer. As Nova without password injection: guests are entered by key.
pub fn new_password() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH)
}

const CHANGE: &[Field] = &[
    may("name", Kind::Text(1, 255)),
    may("accessIPv4", Kind::Text(0, 255)),
    may("accessIPv6", Kind::Text(0, 255)),
    may("OS-DCF:diskConfig", DISK_CONFIG),
    may("description", Kind::TextOrNull(0, 255)).since(19),
    may("hostname", Kind::Text(1, 255)).since(90),
];

/// What is said of a server, in a change and in a rebuild.
#[derive(Deserialize)]
pub struct Change {
    name: Option<String>,
    #[serde(rename = "accessIPv4")]
    access_ip_v4: Option<String>,
    #[serde(rename = "accessIPv6")]
    access_ip_v6: Option<String>,
    #[serde(rename = "OS-DCF:diskConfig")]
    disk_config: Option<String>,
    #[serde(default, deserialize_with = "given")]
    description: Option<Option<String>>,
    hostname: Option<String>,
}

/// A member that is there, be it null.
pub fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl From<Change> for InstanceChange {
    fn from(change: Change) -> Self {
        Self {
            name: change.name,
            description: change.description.map(|text| text.filter(|text| !text.is_empty())),
            hostname: change.hostname,
            access_ip_v4: change.access_ip_v4,
            access_ip_v6: change.access_ip_v6,
            auto_disk_config: change.disk_config.map(|word| word == "AUTO"),
        }
    }
}

/// `PUT …/{id}`.
pub async fn update(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Value>,
) -> Result<Json<Value>, Failure> {
    let change: Change = schema::read(body, "server", CHANGE, version)?;
    let instance = services.compute.update(&auth.ctx, &id, change.into()).await?;
    let user_data = services.compute.user_data(&auth.ctx, &id).await?;
    let view = View::new(&services, &auth.ctx, &base, version).await?;
    Ok(Json(json!({ "server": view.changed(&instance, user_data.as_deref()) })))
}

/// `DELETE …/{id}`.
pub async fn delete(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<StatusCode, Failure> {
    end(&services, &auth.ctx, &id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes a server; one that is being deleted needs no second word.
///
/// # Errors
/// As those of a verb.
pub async fn end(services: &Services, ctx: &Ctx, id: &InstanceId) -> Result<(), Error> {
    match services.compute.act(ctx, id, Verb::Delete, None).await {
        Err(Error { reason: Reason::Busy { task, .. }, .. }) if task == TaskState::Deleting.as_str() => Ok(()),
        other => other.map(drop),
    }
}
