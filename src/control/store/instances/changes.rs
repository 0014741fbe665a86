//! Every change of an instance. Each raises its version, and each says in its condition when it still applies: a
//! report that comes late changes nothing.

use sqlx::FromRow;

use super::super::db;
use super::read::json;
use crate::control::policy::Grant;
use crate::control::store::Tx;
use crate::model::instance::Fault;
use crate::model::scheduling::Decision;
use crate::model::state::{PowerState, TaskState, VmState};
use crate::model::{ImageId, InstanceId, ProjectId, Result, Timestamp};

/// An instance that a change has reached: whose it is, and its new version.
#[derive(Debug, Clone, PartialEq, FromRow)]
pub struct Touched {
    pub id: InstanceId,
    pub project_id: ProjectId,
    pub version: i64,
}

const PLACE: &str = "UPDATE instances SET host = $2, availability_zone = $3, decision = $4, updated_at = $5, \
    version = version + 1 WHERE id = $1 AND host IS NULL AND vm_state = 'building' AND task_state <> 'deleting' \
    AND deleted_at IS NULL RETURNING id, project_id, version";

/// Gives a new instance to a host.
pub async fn place(
    tx: &mut Tx,
    id: &InstanceId,
    host: &str,
    zone: &str,
    decision: &Decision,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(PLACE).bind(id).bind(host).bind(zone).bind(sqlx::types::Json(decision)).bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const BEGIN_TASK: &str = "UPDATE instances SET task_state = $3, task_request_id = $4, updated_at = $5, \
    version = version + 1 WHERE id = $1 AND version = $2 AND deleted_at IS NULL RETURNING id, project_id, version";

/// Starts a task on an instance that is still as it was read; none if it has changed since.
pub async fn begin_task(
    tx: &mut Tx,
    _grant: Grant,
    id: &InstanceId,
    as_of: i64,
    task: TaskState,
    request_id: &str,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(BEGIN_TASK).bind(id).bind(as_of).bind(task).bind(request_id).bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const SET_TASK: &str = "UPDATE instances SET task_state = $4, updated_at = $5, version = version + 1 \
    WHERE id = $1 AND host = $2 AND task_request_id = $3 AND deleted_at IS NULL RETURNING id, project_id, version";

/// The running task has moved on.
pub async fn set_task(
    tx: &mut Tx,
    id: &InstanceId,
    host: &str,
    request_id: &str,
    task: TaskState,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(SET_TASK).bind(id).bind(host).bind(request_id).bind(task).bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const SETTLE: &str = "UPDATE instances SET vm_state = $3, power_state = $4, task_state = NULL, \
    task_request_id = NULL, fault = NULL, launched_at = coalesce(launched_at, $5), updated_at = $5, \
    version = version + 1 WHERE id = $1 AND task_request_id = $2 AND deleted_at IS NULL \
    RETURNING id, project_id, version";

/// The task of that request has ended well; the instance is in `vm_state` now, and no older fault is true any more.
pub async fn settle(
    tx: &mut Tx,
    id: &InstanceId,
    request_id: &str,
    vm_state: VmState,
    power_state: PowerState,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(SETTLE).bind(id).bind(request_id).bind(vm_state).bind(power_state).bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

/// How a task that failed leaves its instance.
pub struct Failure<'a> {
    pub vm_state: VmState,
    /// None leaves it as it is.
    pub power_state: Option<PowerState>,
    /// Whether the instance is taken off its host, as after a failed launch: nothing of it is left there.
    pub leave_host: bool,
    pub fault: &'a Fault,
    /// None leaves it as it is.
    pub decision: Option<&'a Decision>,
}

const FAIL: &str = "UPDATE instances SET vm_state = $3, power_state = coalesce($4, power_state), task_state = NULL, \
    task_request_id = NULL, host = CASE WHEN $5 THEN NULL ELSE host END, fault = $6, \
    decision = coalesce($7, decision), updated_at = $8, version = version + 1 \
    WHERE id = $1 AND task_request_id = $2 AND deleted_at IS NULL RETURNING id, project_id, version";

/// The task of that request has failed.
pub async fn fail(
    tx: &mut Tx,
    id: &InstanceId,
    request_id: &str,
    failure: Failure<'_>,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(FAIL)
        .bind(id)
        .bind(request_id)
        .bind(failure.vm_state)
        .bind(failure.power_state)
        .bind(failure.leave_host)
        .bind(sqlx::types::Json(failure.fault))
        .bind(json(failure.decision))
        .bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const MARK_DELETED: &str = "UPDATE instances SET vm_state = 'deleted', task_state = NULL, task_request_id = NULL, \
    power_state = 'NOSTATE', user_data = NULL, updated_at = $2, deleted_at = $2, version = version + 1 \
    WHERE id = $1 AND deleted_at IS NULL RETURNING id, project_id, version";

/// The instance is gone.
pub async fn mark_deleted(tx: &mut Tx, id: &InstanceId, now: Timestamp) -> Result<Option<Touched>> {
    Ok(db::query_as(MARK_DELETED).bind(id).bind(now).fetch_optional(&mut **tx).await?)
}

const SET_POWER: &str = "UPDATE instances SET power_state = $3, vm_state = $4, updated_at = $5, \
    version = version + 1 WHERE id = $1 AND version = $2 RETURNING id, project_id, version";

/// What the hypervisor says, for an instance that is still as it was read.
pub async fn set_power(
    tx: &mut Tx,
    id: &InstanceId,
    as_of: i64,
    power_state: PowerState,
    vm_state: VmState,
    now: Timestamp,
) -> Result<Option<Touched>> {
    let query = db::query_as(SET_POWER).bind(id).bind(as_of).bind(power_state).bind(vm_state).bind(now);
    Ok(query.fetch_optional(&mut **tx).await?)
}

const SET_IMAGE: &str = "UPDATE instances SET image_id = $2, image_name = $3 WHERE id = $1";

/// The image that a rebuild starts from.
pub async fn set_image(tx: &mut Tx, _grant: Grant, id: &InstanceId, image: &ImageId, name: &str) -> Result<()> {
    db::query(SET_IMAGE).bind(id).bind(image).bind(name).execute(&mut **tx).await?;
    Ok(())
}

const NOTE: &str = "UPDATE instances SET version = version + 1 WHERE id = $1 AND deleted_at IS NULL \
    AND (request_id = $2 OR task_request_id = $2) AND ($3 IS NULL OR host = $3) RETURNING id, project_id, version";

/// The timeline of one of its requests grew; with `host`, only if the instance is there.
pub async fn note(tx: &mut Tx, id: &InstanceId, request_id: &str, host: Option<&str>) -> Result<Option<Touched>> {
    Ok(db::query_as(NOTE).bind(id).bind(request_id).bind(host).fetch_optional(&mut **tx).await?)
}
