//! Reading single instances, and those that reconcilers ask for.

use std::collections::BTreeMap;

use sqlx::types::Json;
use sqlx::{AssertSqlSafe, FromRow};

use super::{KEPT, Record, SHOWN};
use crate::control::store::db::{self, Executor};
use crate::model::instance::InstanceFlavor;
use crate::model::reach::Guest;
use crate::model::scheduling::Decision;
use crate::model::state::{Status, TaskState, VmState};
use crate::model::{InstanceId, ProjectId, Result, ServerGroupId, Timestamp};

/// A living instance, or none.
pub async fn find(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<Record>> {
    let sql = format!("SELECT {SHOWN}, {KEPT} FROM instances WHERE id = $1 AND deleted_at IS NULL");
    Ok(db::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(on).await?)
}

/// As [`find`], and also one that is gone.
pub async fn find_even_gone(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<Record>> {
    let sql = format!("SELECT {SHOWN}, {KEPT} FROM instances WHERE id = $1");
    Ok(db::query_as(AssertSqlSafe(sql)).bind(id).fetch_optional(on).await?)
}

/// When an instance, living or gone, was asked for.
pub async fn created_at(on: impl Executor<'_>, id: &InstanceId) -> Result<Timestamp> {
    Ok(db::query_scalar("SELECT created_at FROM instances WHERE id = $1").bind(id).fetch_one(on).await?)
}

#[derive(FromRow)]
struct GuestRow {
    id: InstanceId,
    name: String,
    vm_state: VmState,
    task_state: Option<TaskState>,
}

impl From<GuestRow> for Guest {
    fn from(row: GuestRow) -> Self {
        Self { id: row.id, name: row.name, status: Status::of(row.vm_state, row.task_state) }
    }
}

/// The living instances of a project, or `all` there are, by name: what of them matters to their ports.
pub async fn guests(on: impl Executor<'_>, project: &ProjectId, all: bool) -> Result<Vec<Guest>> {
    const SQL: &str = "SELECT id, name, vm_state, task_state FROM instances \
                       WHERE deleted_at IS NULL AND ($2 OR project_id = $1) ORDER BY name, seq";
    let rows: Vec<GuestRow> = db::query_as(SQL).bind(project).bind(all).fetch_all(on).await?;
    Ok(rows.into_iter().map(Guest::from).collect())
}

/// Those of them that have one of these ids.
pub async fn guests_among(on: impl Executor<'_>, ids: &[&str], project: &ProjectId, all: bool) -> Result<Vec<Guest>> {
    const SQL: &str = "SELECT id, name, vm_state, task_state FROM instances WHERE deleted_at IS NULL \
                       AND ($2 OR project_id = $1) AND id IN (SELECT value FROM json_each($3)) ORDER BY name, seq";
    let rows: Vec<GuestRow> = db::query_as(SQL).bind(project).bind(all).bind(Json(ids)).fetch_all(on).await?;
    Ok(rows.into_iter().map(Guest::from).collect())
}

/// Every living instance that a host holds, oldest first.
pub async fn on_host(on: impl Executor<'_>, host: &str) -> Result<Vec<Record>> {
    let sql = format!("SELECT {SHOWN}, {KEPT} FROM instances WHERE host = $1 AND deleted_at IS NULL ORDER BY seq");
    Ok(db::query_as(AssertSqlSafe(sql)).bind(host).fetch_all(on).await?)
}

/// The scheduler's decision on an instance, once there is one.
pub async fn decision(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<Decision>> {
    const SQL: &str = "SELECT decision FROM instances WHERE id = $1";
    let row: Option<Option<Json<Decision>>> = db::query_scalar(SQL).bind(id).fetch_optional(on).await?;
    Ok(row.flatten().map(|decision| decision.0))
}

/// What the scheduler needs to know of an instance.
#[derive(Debug, Clone, FromRow)]
pub struct Needs {
    pub vm_state: VmState,
    pub task_request_id: Option<String>,
    pub host: Option<String>,
    #[sqlx(json)]
    pub flavor: InstanceFlavor,
    pub wanted_zone: Option<String>,
    pub server_group_id: Option<ServerGroupId>,
    /// None once the image is gone.
    #[sqlx(json(nullable))]
    pub image_properties: Option<BTreeMap<String, String>>,
    /// Bytes.
    pub image_virtual_size: Option<i64>,
}

const NEEDS: &str = "SELECT i.vm_state, i.task_request_id, i.host, i.flavor, i.wanted_zone, i.server_group_id, \
    m.properties AS image_properties, m.virtual_size AS image_virtual_size \
    FROM instances i LEFT JOIN images m ON m.id = i.image_id WHERE i.id = $1 AND i.deleted_at IS NULL";

/// What an instance needs of a host, or none if it is gone.
pub async fn needs(on: impl Executor<'_>, id: &InstanceId) -> Result<Option<Needs>> {
    Ok(db::query_as(NEEDS).bind(id).fetch_optional(on).await?)
}

/// An instance in the middle of a task.
#[derive(Debug, Clone, FromRow)]
pub struct Unfinished {
    pub id: InstanceId,
    pub vm_state: VmState,
    pub task_state: TaskState,
    pub task_request_id: Option<String>,
    pub host: Option<String>,
    updated_at: Timestamp,
    last_started: Option<Timestamp>,
    last_finished: Option<Timestamp>,
    /// When a host last got further with a volume that the launch waits for.
    last_filled: Option<Timestamp>,
    /// The step that was last written down for the running request.
    pub last_step: Option<i64>,
}

impl Unfinished {
    /// The last sign of progress: a change of the instance, a step that began or ended, or a host that got further with its volume.
    pub fn progress_at(&self) -> Timestamp {
        let signs = [self.last_started, self.last_finished, self.last_filled];
        signs.into_iter().flatten().fold(self.updated_at, Timestamp::max)
    }
}

const UNFINISHED: &str = "SELECT i.id, i.vm_state, i.task_state, i.task_request_id, i.host, \
    i.updated_at, max(e.started_at) AS last_started, max(e.finished_at) AS last_finished, max(e.step) AS last_step, \
    (SELECT max(v.progressed_at) FROM volume_attachments a JOIN volumes v ON v.id = a.volume_id \
        WHERE a.instance_id = i.id AND a.status = 'attaching') AS last_filled \
    FROM instances i LEFT JOIN instance_events e ON e.instance_id = i.id AND e.request_id = i.task_request_id \
    WHERE i.task_state IS NOT NULL AND i.deleted_at IS NULL GROUP BY i.seq";

/// Every instance in the middle of a task.
pub async fn unfinished(on: impl Executor<'_>) -> Result<Vec<Unfinished>> {
    Ok(db::query_as(UNFINISHED).fetch_all(on).await?)
}

const GONE_WITH_PORTS: &str = "SELECT DISTINCT p.device_id FROM ports p LEFT JOIN instances i ON i.id = p.device_id \
    WHERE p.created_by_launch AND (i.id IS NULL OR i.deleted_at IS NOT NULL \
        OR (i.vm_state = 'error' AND i.host IS NULL AND i.task_state IS NULL))";

/// Instances that are gone, or whose launch failed, while ports made for them are still there.
pub async fn gone_with_ports(on: impl Executor<'_>) -> Result<Vec<InstanceId>> {
    Ok(db::query_scalar(GONE_WITH_PORTS).fetch_all(on).await?)
}

/// A JSON column that may be missing.
pub(super) fn json<T>(value: Option<T>) -> Option<Json<T>> {
    value.map(Json)
}
