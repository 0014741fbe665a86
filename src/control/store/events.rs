//! The timelines' rows.

use sqlx::FromRow;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, Executor, QueryBuilder};
use crate::control::Ctx;
use crate::model::step::{Asked, Step, StepEvent, StepResult};
use crate::model::{InstanceId, Reason, Result, Timestamp};

#[derive(FromRow)]
struct Row {
    instance_id: InstanceId,
    request_id: String,
    action: String,
    step: Option<i64>,
    host: Option<String>,
    result: StepResult,
    started_at: Timestamp,
    finished_at: Option<Timestamp>,
    detail: Option<String>,
    #[sqlx(json(nullable))]
    fault: Option<Reason>,
}

impl From<Row> for StepEvent {
    fn from(row: Row) -> Self {
        Self {
            instance_id: row.instance_id,
            request_id: row.request_id,
            action: row.action,
            step: row.step.and_then(|number| Step::new(u8::try_from(number).ok()?)),
            host: row.host,
            result: row.result,
            started_at: row.started_at,
            finished_at: row.finished_at,
            detail: row.detail,
            fault: row.fault,
        }
    }
}

const OF_INSTANCE: &str = "SELECT instance_id, request_id, action, step, host, result, started_at, finished_at, \
    detail, fault FROM instance_events WHERE instance_id = $1 \
    ORDER BY CASE WHEN action = 'create' THEN 0 ELSE 1 END, step, seq";

/// The launch's steps by number, then what was done to the instance later, oldest first.
pub async fn of_instance(on: impl Executor<'_>, id: &InstanceId) -> Result<Vec<StepEvent>> {
    let rows: Vec<Row> = db::query_as(OF_INSTANCE).bind(id).fetch_all(on).await?;
    Ok(rows.into_iter().map(StepEvent::from).collect())
}

/// Writes rows in one statement; a launch step that is already there is replaced.
pub async fn write(tx: &mut Tx, events: &[StepEvent]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let mut query = QueryBuilder::new(
        "INSERT INTO instance_events (instance_id, request_id, action, step, host, result, started_at, finished_at, \
         detail, fault) ",
    );
    for (number, event) in events.iter().enumerate() {
        query.push(if number == 0 { "VALUES (" } else { "), (" });
        query.push_bind(&event.instance_id).push(", ");
        query.push_bind(&event.request_id).push(", ");
        query.push_bind(&event.action).push(", ");
        query.push_bind(event.step.map(|step| i64::from(step.number()))).push(", ");
        query.push_bind(&event.host).push(", ");
        query.push_bind(event.result).push(", ");
        query.push_bind(event.started_at).push(", ");
        query.push_bind(event.finished_at).push(", ");
        query.push_bind(&event.detail).push(", ");
        query.push_bind(event.fault.as_ref().map(Json));
    }
    query.push(
        ") ON CONFLICT (instance_id, request_id, action, step) WHERE step IS NOT NULL DO UPDATE SET \
         host = excluded.host, result = excluded.result, started_at = excluded.started_at, \
         finished_at = excluded.finished_at, detail = excluded.detail, fault = excluded.fault",
    );
    query.build().execute(&mut **tx).await?;
    Ok(())
}

const FINISH_STEP: &str = "UPDATE instance_events SET result = 'done', finished_at = $4 \
    WHERE instance_id = $1 AND request_id = $2 AND step = $3 AND result = 'running' RETURNING started_at";

/// A step that was written down as running is done; since when it ran, if it did.
pub async fn finish_step(
    tx: &mut Tx,
    id: &InstanceId,
    request_id: &str,
    step: Step,
    at: Timestamp,
) -> Result<Option<Timestamp>> {
    let query = db::query_scalar(FINISH_STEP).bind(id).bind(request_id).bind(i64::from(step.number())).bind(at);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const END_REQUEST: &str = "UPDATE instance_events SET result = $3, finished_at = $4, fault = $5 \
    WHERE instance_id = $1 AND request_id = $2 AND result = 'running'";

/// Everything of a request that still runs ends now: a verb's row with its result, or the step that a launch died in.
pub async fn end_request(
    tx: &mut Tx,
    id: &InstanceId,
    request_id: &str,
    result: StepResult,
    fault: Option<&Reason>,
    at: Timestamp,
) -> Result<()> {
    let query = db::query(END_REQUEST).bind(id).bind(request_id).bind(result).bind(at).bind(fault.map(Json));
    query.execute(&mut **tx).await?;
    Ok(())
}

const ASK: &str = "INSERT INTO instance_requests (instance_id, request_id, user_id, project_id) \
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";

/// Writes down who made a request on an instance.
pub async fn asked(tx: &mut Tx, ctx: &Ctx, id: &InstanceId) -> Result<()> {
    let query = db::query(ASK).bind(id).bind(&ctx.request_id).bind(&ctx.user_id).bind(&ctx.project_id);
    query.execute(&mut **tx).await?;
    Ok(())
}

/// Who made which request on an instance.
pub async fn askers(on: impl Executor<'_>, id: &InstanceId) -> Result<Vec<Asked>> {
    const SQL: &str = "SELECT request_id, user_id, project_id FROM instance_requests WHERE instance_id = $1";
    Ok(db::query_as(SQL).bind(id).fetch_all(on).await?)
}
