//! `/compute/v2.1/servers/{id}/os-instance-actions`: the timeline, one action a request.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha224};

use super::microversion::Microversion;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::time::micros;
use crate::model::instance::Instance;
use crate::model::step::{Asked, StepEvent, StepResult};
use crate::model::{Error, InstanceId, Noun, Result};

/// Also of servers that are gone.
const OF_DELETED: u16 = 21;
/// Whoever may see an action sees its events.
const EVENTS_FOR_ALL: u16 = 51;
const UPDATED: u16 = 58;
const HOSTS: u16 = 62;
const DETAILS: u16 = 84;

/// `GET`: what was asked of the instance, newest first.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let history = History::of(&services, &auth.ctx, version, &id).await?;
    let actions: Vec<Value> = history.requests().iter().rev().map(|rows| history.action(rows, version)).collect();
    Ok(Json(json!({ "instanceActions": actions })))
}

/// `GET …/{request}`: one of them, with its steps.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    version: Microversion,
    Path((id, request)): Path<(InstanceId, String)>,
) -> Result<Json<Value>, Failure> {
    let history = History::of(&services, &auth.ctx, version, &id).await?;
    let requests = history.requests();
    let rows = requests.iter().find(|rows| rows.iter().any(|row| row.request_id == request));
    let rows = rows.ok_or_else(|| Error::not_found(Noun::Instance, format!("{id} action {request}")))?;
    let mut view = history.action(rows, version);
    if auth.ctx.is_admin() || version.0 >= EVENTS_FOR_ALL {
        let event = |row: &&StepEvent| event(row, &history.instance, &auth.ctx, version);
        view["events"] = rows.iter().map(event).collect();
    }
    Ok(Json(json!({ "instanceAction": view })))
}

/// What was done to an instance, and who asked for it.
struct History {
    instance: Instance,
    rows: Vec<StepEvent>,
    asked: Vec<Asked>,
}

impl History {
    async fn of(services: &Services, ctx: &Ctx, version: Microversion, id: &InstanceId) -> Result<Self> {
        let compute = &services.compute;
        let instance = match version.0 >= OF_DELETED {
            true => compute.instance_even_gone(ctx, id).await?,
            false => compute.instance(ctx, id).await?,
        };
        let (rows, asked) = compute.history(ctx, id).await?;
        Ok(Self { instance, rows, asked })
    }

    /// The rows of each request, in the order in which the requests began.
    fn requests(&self) -> Vec<Vec<&StepEvent>> {
        let mut requests: Vec<Vec<&StepEvent>> = Vec::new();
        for row in &self.rows {
            match requests.iter_mut().find(|request| request[0].request_id == row.request_id) {
                Some(request) => request.push(row),
                None => requests.push(vec![row]),
            }
        }
        requests
    }

    fn action(&self, rows: &[&StepEvent], version: Microversion) -> Value {
        let failed = rows.iter().any(|row| row.result == StepResult::Failed);
        let asked = self.asked.iter().find(|asked| asked.request_id == rows[0].request_id);
        let mut view = json!({
            "action": word(&rows[0].action),
            "instance_uuid": self.instance.id,
            "request_id": rows[0].request_id,
            // Before this was written down, nobody but the owner was known.
            "user_id": asked.map_or(&self.instance.user_id, |asked| &asked.user_id),
            "project_id": asked.map_or(&self.instance.project_id, |asked| &asked.project_id),
            "start_time": rows.iter().map(|row| row.started_at).min().map(micros),
            "message": failed.then_some("Error"),
        });
        if version.0 >= UPDATED {
            let last = rows.iter().map(|row| row.finished_at.unwrap_or(row.started_at)).max();
            view["updated_at"] = json!(last.map(micros));
        }
        view
    }
}

/// Nova's word for an action.
fn word(action: &str) -> &str {
    match action {
        "hard_reboot" => "reboot",
        other => other,
    }
}

fn event(row: &StepEvent, instance: &Instance, ctx: &Ctx, version: Microversion) -> Value {
    let mut view = json!({
        "event": row.step.map_or_else(|| word(&row.action).to_owned(), |step| step.key().to_lowercase()),
        "start_time": micros(row.started_at),
        "finish_time": row.finished_at.map(micros),
        "result": match row.result {
            StepResult::Running => None,
            StepResult::Done => Some("Success"),
            StepResult::Failed | StepResult::Undone => Some("Error"),
        },
    });
    if ctx.is_admin() {
        view["traceback"] = Value::Null;
    }
    if version.0 >= HOSTS {
        let hashed = |host: &str| hex::encode(Sha224::digest(format!("{}{host}", instance.project_id)));
        view["hostId"] = json!(row.host.as_deref().map(hashed).unwrap_or_default());
        if ctx.is_admin() {
            view["host"] = json!(row.host);
        }
    }
    if version.0 >= DETAILS {
        view["details"] = json!(row.fault.as_ref().map(ToString::to_string));
    }
    view
}
