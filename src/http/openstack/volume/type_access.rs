//! Which projects may choose a type that is not public: `/volume/v3/{project}/types/{id}/os-volume-type-access`.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::caller::{Caller, Of};
use crate::http::failure::Failure;
use crate::http::openstack::body::Body;
use crate::http::openstack::schema::{self, Kind, must};
use crate::model::{ProjectId, Reason, VolumeTypeId};

/// `GET`.
pub async fn list(caller: Caller, Path(Of { id }): Path<Of<String>>) -> Result<Json<Value>, Failure> {
    let (service, ctx) = (&caller.services.volume, &caller.auth.ctx);
    let kind = service.volume_type(ctx, &id).await?;
    let projects = service.type_access(ctx, &kind.id).await?;
    let view = |project: ProjectId| json!({ "volume_type_id": kind.id, "project_id": project });
    Ok(Json(json!({ "volume_type_access": projects.into_iter().map(view).collect::<Vec<_>>() })))
}

/// `POST …/types/{id}/action`: `addProjectAccess` or `removeProjectAccess`.
pub async fn act(
    caller: Caller,
    Path(Of { id }): Path<Of<VolumeTypeId>>,
    Body(body): Body<Map<String, Value>>,
) -> Result<StatusCode, Failure> {
    #[derive(Deserialize)]
    struct Wanted {
        project: ProjectId,
    }
    let mut members = body.into_iter();
    let (Some((action, arguments)), None) = (members.next(), members.next()) else {
        return Err(Reason::Malformed { why: "a body with exactly one action is expected".into() }.into());
    };
    let project = || {
        let fields = [must("project", Kind::Text(1, 255))];
        schema::object(arguments, &action, &fields, caller.version).map(|Wanted { project }| project)
    };
    let (service, ctx) = (&caller.services.volume, &caller.auth.ctx);
    match action.as_str() {
        "addProjectAccess" => service.open_type(ctx, &id, &project()?).await?,
        "removeProjectAccess" => service.close_type(ctx, &id, &project()?).await?,
        other => return Err(Reason::Malformed { why: format!("there is no such action: {other}") }.into()),
    }
    Ok(StatusCode::ACCEPTED)
}
