//! `/compute/v2.1/servers/{id}/os-instance-actions`: the timeline, one action a request.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::time::micros;
use crate::model::instance::Instance;
use crate::model::step::{StepEvent, StepResult};
use crate::model::{Error, InstanceId, Noun};

/// `GET`: what was asked of the instance, newest first.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    let rows = services.compute.timeline(&auth.ctx, &id).await?;
    let actions: Vec<Value> = by_request(&rows).iter().rev().map(|rows| action(&instance, rows)).collect();
    Ok(Json(json!({ "instanceActions": actions })))
}

/// `GET …/{request}`: one of them, with its steps.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path((id, request)): Path<(InstanceId, String)>,
) -> Result<Json<Value>, Failure> {
    let instance = services.compute.instance(&auth.ctx, &id).await?;
    let rows = services.compute.timeline(&auth.ctx, &id).await?;
    let requests = by_request(&rows);
    let rows = requests.iter().find(|rows| rows.iter().any(|row| row.request_id == request));
    let rows = rows.ok_or_else(|| Error::not_found(Noun::Instance, format!("{id} action {request}")))?;
    let mut view = action(&instance, rows);
    view["events"] = rows.iter().map(|row| event(row)).collect();
    Ok(Json(json!({ "instanceAction": view })))
}

/// The rows of each request, in the order in which the requests began.
fn by_request(rows: &[StepEvent]) -> Vec<Vec<&StepEvent>> {
    let mut requests: Vec<Vec<&StepEvent>> = Vec::new();
    for row in rows {
        match requests.iter_mut().find(|request| request[0].request_id == row.request_id) {
            Some(request) => request.push(row),
            None => requests.push(vec![row]),
        }
    }
    requests
}

fn action(instance: &Instance, rows: &[&StepEvent]) -> Value {
    let failed = rows.iter().any(|row| row.result == StepResult::Failed);
    json!({
        "action": rows[0].action,
        "instance_uuid": instance.id,
        "request_id": rows[0].request_id,
        // The timeline does not keep who asked for a verb; whoever launched is the instance's own user.
        "user_id": (rows[0].action == "create").then_some(&instance.user_id),
        "project_id": instance.project_id,
        "start_time": rows.iter().map(|row| row.started_at).min().map(micros),
        "message": failed.then_some("Error"),
    })
}

fn event(row: &StepEvent) -> Value {
    json!({
        "event": row.step.map_or_else(|| row.action.clone(), |step| step.key().to_lowercase()),
        "start_time": micros(row.started_at),
        "finish_time": row.finished_at.map(micros),
        "result": match row.result {
            StepResult::Running => None,
            StepResult::Done => Some("Success"),
            StepResult::Failed | StepResult::Undone => Some("Error"),
        },
        "traceback": null,
    })
}
