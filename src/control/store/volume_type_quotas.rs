//! Limits of projects on single types of volumes, and what counts against them.

use sqlx::Row as _;

use super::Tx;
use super::db::{self, Connection, from_row};
use crate::control::policy::Grant;
use crate::model::quota::{OfType, Resource, TypeUsage, Usage};
use crate::model::{ProjectId, Result, VolumeTypeId};

// Snapshots count against the type of their volume, and as Cinder does with what they may come to hold.
macro_rules! select {
    ($condition:literal) => {
        concat!(
            "SELECT t.id, t.name, r.resource, coalesce(q.limit_value, -1) AS most, CASE r.resource \
               WHEN 'volumes' THEN (SELECT count(*) FROM volumes v WHERE v.project_id = $1 AND v.type_id = t.id) \
               WHEN 'snapshots' THEN (SELECT count(*) FROM volume_snapshots s JOIN volumes v ON v.id = s.volume_id \
                 WHERE s.project_id = $1 AND v.type_id = t.id) \
               ELSE (SELECT CAST(coalesce(sum(size_gb), 0) AS BIGINT) FROM \
                 (SELECT v.size_gb FROM volumes v WHERE v.project_id = $1 AND v.type_id = t.id \
                  UNION ALL SELECT s.size_gb FROM volume_snapshots s JOIN volumes v ON v.id = s.volume_id \
                  WHERE s.project_id = $1 AND v.type_id = t.id) AS held) END AS used \
             FROM volume_types t \
             CROSS JOIN (SELECT 'volumes' AS resource UNION ALL SELECT 'gigabytes' UNION ALL SELECT 'snapshots') AS r \
             LEFT JOIN volume_type_quotas q ON q.project_id = $1 AND q.type_id = t.id AND q.resource = r.resource \
             WHERE ",
            $condition,
            " ORDER BY t.created_at, t.id, r.resource DESC"
        )
    };
}

from_row!(TypeUsage, |row| {
    let resource: Resource = row.try_get("resource")?;
    Ok(TypeUsage {
        of: OfType { type_id: row.try_get("id")?, resource },
        type_name: row.try_get("name")?,
        usage: Usage { resource, used: row.try_get("used")?, limit: row.try_get("most")? },
    })
});

/// Use and limits of the types that the project may choose or has volumes of, or of `all` there are.
pub async fn list(db: &mut Connection, project: &ProjectId, all: bool) -> Result<Vec<TypeUsage>> {
    const SQL: &str = select!(
        "$2 OR t.is_public OR t.id IN (SELECT type_id FROM volume_type_projects WHERE project_id = $1) \
         OR t.id IN (SELECT type_id FROM volumes WHERE project_id = $1)"
    );
    Ok(db::query_as(SQL).bind(project).bind(all).fetch_all(db).await?)
}

/// Use and limits of one type; what is read in a [`Tx`] holds until it ends.
pub async fn of_type(db: &mut Connection, project: &ProjectId, id: &VolumeTypeId) -> Result<Vec<TypeUsage>> {
    const SQL: &str = select!("t.id = $2");
    Ok(db::query_as(SQL).bind(project).bind(id).fetch_all(db).await?)
}

pub async fn set(tx: &mut Tx, _: Grant, project: &ProjectId, of: &OfType, limit: i64) -> Result<()> {
    const SQL: &str = "INSERT INTO volume_type_quotas (project_id, type_id, resource, limit_value) \
        VALUES ($1, $2, $3, $4) \
        ON CONFLICT (project_id, type_id, resource) DO UPDATE SET limit_value = excluded.limit_value";
    db::query(SQL).bind(project).bind(&of.type_id).bind(of.resource).bind(limit).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets the limits on that resource, of every type.
pub async fn forget(tx: &mut Tx, _: Grant, project: &ProjectId, resource: Resource) -> Result<()> {
    const SQL: &str = "DELETE FROM volume_type_quotas WHERE project_id = $1 AND resource = $2";
    db::query(SQL).bind(project).bind(resource).execute(&mut **tx).await?;
    Ok(())
}
