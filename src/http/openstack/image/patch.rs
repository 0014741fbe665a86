//! `PATCH /image/v2/images/{id}`: JSON patches, in today's form and in that of API 2.0.

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::attributes::{is_read_only, is_writable};
use super::record::text;
use crate::http::failure::{ACCEPT_PATCH, Failure};
use crate::http::openstack::auth::header;
use crate::http::openstack::body::Body;
use crate::http::state::AppState;
use crate::model::image::{ImagePatch, PropertyChange};
use crate::model::{Reason, Result};

const V2_1: &str = "application/openstack-images-v2.1-json-patch";
const V2_0: &str = "application/openstack-images-v2.0-json-patch";

/// The changes that a request's body asks for.
pub struct Patch(pub ImagePatch);

/// `{"op": "replace", "path": "/name", "value": "x"}`.
#[derive(Deserialize)]
struct Operation {
    op: String,
    path: String,
    value: Option<Value>,
}

/// `{"replace": "/name", "value": "x"}`.
#[derive(Deserialize)]
struct OldOperation {
    add: Option<String>,
    replace: Option<String>,
    remove: Option<String>,
    value: Option<Value>,
}

impl From<OldOperation> for Operation {
    fn from(old: OldOperation) -> Self {
        let named = [("add", old.add), ("replace", old.replace), ("remove", old.remove)];
        let (op, path) = named.into_iter().find_map(|(op, path)| Some((op, path?))).unwrap_or_default();
        Self { op: op.to_owned(), path, value: old.value }
    }
}

impl FromRequest<AppState> for Patch {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let kind = header(request.headers(), CONTENT_TYPE.as_str()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
        let operations = match kind.as_str() {
            V2_1 => read::<Operation>(request, state).await,
            V2_0 => read::<OldOperation>(request, state).await.map(|old| old.into_iter().map(Into::into).collect()),
            _ => return Err(unsupported()),
        };
        let patch = operations.and_then(|operations| Ok(patch(operations)?));
        patch.map(Self).map_err(IntoResponse::into_response)
    }
}

async fn read<T: DeserializeOwned>(request: Request, state: &AppState) -> Result<Vec<T>, Failure> {
    let Body(operations) = Body::from_request(request, state).await?;
    Ok(operations)
}

fn unsupported() -> Response {
    let refusal = Failure::of_request(StatusCode::UNSUPPORTED_MEDIA_TYPE, format!("The body must be {V2_1}."));
    ([(ACCEPT_PATCH, format!("{V2_0}, {V2_1}"))], refusal).into_response()
}

fn patch(operations: Vec<Operation>) -> Result<ImagePatch> {
    let mut patch = ImagePatch::default();
    for Operation { op, path, value } in operations {
        let name = member(&path)?;
        if is_read_only(&name) {
            return Err(Reason::ReadOnly { name }.into());
        }
        match (op.as_str(), value) {
            ("add" | "replace", None) => return Err(malformed(format!("{op} {path} lacks a value"))),
            ("add" | "replace", Some(value)) if is_writable(&name) => set(&mut patch, &name, value)?,
            ("add" | "replace", Some(value)) if name == "description" => {
                patch.description = Some(text(&name, value)?);
            }
            ("add", Some(value)) => {
                let value = text(&name, value)?;
                patch.properties.push(PropertyChange::Set(name, value));
            }
            ("replace", Some(value)) => {
                let value = text(&name, value)?;
                patch.properties.push(PropertyChange::Replace(name, value));
            }
            ("remove", _) if is_writable(&name) => return Err(Reason::ReadOnly { name }.into()),
            ("remove", _) if name == "description" => patch.description = Some(String::new()),
            ("remove", _) => patch.properties.push(PropertyChange::Remove(name)),
            _ => return Err(malformed(format!("{op:?} is none of add, replace and remove"))),
        }
    }
    Ok(patch)
}

/// The member that a path names: one level, in JSON pointer's spelling.
fn member(path: &str) -> Result<String> {
    let name = path.strip_prefix('/').filter(|name| !name.is_empty() && !name.contains('/'));
    let name = name.ok_or_else(|| malformed(format!("{path} is not the path of a member, such as /name")))?;
    Ok(name.replace("~1", "/").replace("~0", "~"))
}

fn set(patch: &mut ImagePatch, name: &str, value: Value) -> Result<()> {
    match name {
        "name" => patch.name = Some(read_as::<Option<String>>(name, value)?.unwrap_or_default()),
        "visibility" => patch.visibility = Some(read_as(name, value)?),
        "protected" => patch.protected = Some(read_as(name, value)?),
        "os_hidden" => patch.hidden = Some(read_as(name, value)?),
        "min_disk" => patch.min_disk = Some(read_as(name, value)?),
        "min_ram" => patch.min_ram = Some(read_as(name, value)?),
        "disk_format" => patch.disk_format = Some(read_as(name, value)?),
        "container_format" => patch.container_format = Some(read_as(name, value)?),
        _ => patch.tags = Some(read_as(name, value)?),
    }
    Ok(())
}

fn read_as<T: DeserializeOwned>(name: &str, value: Value) -> Result<T> {
    serde_json::from_value(value).map_err(|error| malformed(format!("{name}: {error}")))
}

fn malformed(why: String) -> crate::model::Error {
    Reason::Malformed { why }.into()
}
