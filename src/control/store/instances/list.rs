//! Pages of instances, with what belongs to each from other tables.

use std::collections::HashMap;

use sqlx::FromRow;
use sqlx::types::Json;

use super::super::db::{self, Pool, QueryBuilder};
use super::{Record, SHOWN};
use crate::control::store::volume_attachments;
use crate::model::instance::{Gone, Instance, InstanceAddress, InstanceFilter, InstanceSort};
use crate::model::page::{Page, PageRequest};
use crate::model::volume::Attachment;
use crate::model::{InstanceId, NetworkId, PortId, ProjectId, Result, SecurityGroupId};

/// [`Status::of`](crate::model::state::Status::of) in SQL.
const STATUS: &str = "CASE WHEN vm_state = 'building' THEN 'BUILD' WHEN vm_state = 'error' THEN 'ERROR' \
    WHEN vm_state = 'deleted' THEN 'DELETED' WHEN task_state = 'rebooting' THEN 'REBOOT' \
    WHEN task_state = 'rebooting_hard' THEN 'HARD_REBOOT' WHEN task_state = 'rebuilding' THEN 'REBUILD' \
    WHEN vm_state = 'active' THEN 'ACTIVE' WHEN vm_state = 'stopped' THEN 'SHUTOFF' \
    WHEN vm_state = 'paused' THEN 'PAUSED' ELSE 'SUSPENDED' END";

/// One page of the instances of `project`, or of every project.
pub async fn list(
    db: &Pool,
    project: Option<&ProjectId>,
    filter: &InstanceFilter,
    page: PageRequest<InstanceSort>,
) -> Result<Page<Instance>> {
    let mut count = QueryBuilder::new("SELECT count(*) FROM instances i");
    conditions(&mut count, project, filter);
    let total: i64 = count.build_query_scalar().fetch_one(db).await?;

    let mut rows = QueryBuilder::new(format!("SELECT {SHOWN}, security_groups FROM instances i"));
    conditions(&mut rows, project, filter);
    rows.push(" ORDER BY ").push(match page.sort {
        InstanceSort::Name => "lower(name)",
        InstanceSort::Status => STATUS,
        InstanceSort::Created => "created_at",
    });
    let direction = if page.descending { "DESC" } else { "ASC" };
    rows.push(format_args!(" {direction}, seq {direction} LIMIT ")).push_bind(i64::from(page.limit));
    rows.push(" OFFSET ").push_bind(i64::from(page.offset));
    let rows: Vec<Bare> = rows.build_query_as().fetch_all(db).await?;
    Ok(Page { rows: with_relations(db, rows).await?, total: u32::try_from(total).unwrap_or(u32::MAX) })
}

fn conditions(query: &mut QueryBuilder, project: Option<&ProjectId>, filter: &InstanceFilter) {
    query.push(match filter.gone {
        Gone::Hidden => " WHERE deleted_at IS NULL",
        Gone::Only => " WHERE deleted_at IS NOT NULL",
        Gone::Shown => " WHERE TRUE",
    });
    if let Some(image) = &filter.image {
        query.push(" AND image_id = ").push_bind(image.as_str().to_owned());
    }
    if let Some(flavor) = &filter.flavor {
        query.push(" AND flavor ->> 'id' = ").push_bind(flavor.as_str().to_owned());
    }
    if let Some(since) = filter.changed_since {
        query.push(" AND updated_at >= ").push_bind(since);
    }
    if let Some(before) = filter.changed_before {
        query.push(" AND updated_at <= ").push_bind(before);
    }
    if let Some(project) = project {
        query.push(" AND project_id = ").push_bind(project.as_str().to_owned());
    }
    if let Some(name) = &filter.name {
        query.push(" AND lower(name) LIKE ").push_bind(containing(&name.to_lowercase())).push(" ESCAPE '\\'");
    }
    if let Some(status) = filter.status {
        query.push(format_args!(" AND {STATUS} = ")).push_bind(status.as_str());
    }
    if let Some(ip) = &filter.ip {
        query.push(
            " AND EXISTS (SELECT 1 FROM ports p LEFT JOIN floating_ips f ON f.fixed_port_id = p.id \
             JOIN ip_allocations a ON a.port_id IN (p.id, f.port_id) WHERE p.device_id = i.id AND a.ip LIKE ",
        );
        query.push_bind(containing(ip)).push(" ESCAPE '\\')");
    }
}

/// The LIKE pattern for "contains `text`", taken literally.
fn containing(text: &str) -> String {
    let mut pattern = String::from("%");
    for letter in text.chars() {
        if matches!(letter, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}

/// Bound as one value however many there are: the statement stays the same and need not be read again.
type Ids<'a> = Json<&'a Vec<&'a str>>;

/// An instance without what other tables hold of it.
#[derive(FromRow)]
pub struct Bare {
    #[sqlx(flatten)]
    instance: Instance,
    /// Those that its ports are to be in.
    #[sqlx(json)]
    security_groups: Vec<SecurityGroupId>,
}

impl From<Record> for Bare {
    fn from(record: Record) -> Self {
        Self { instance: record.instance, security_groups: record.security_groups }
    }
}

/// Fills addresses, volumes, tags and names of security groups in, with one query for each whatever the number of instances.
pub async fn with_relations(db: &Pool, bare: Vec<Bare>) -> Result<Vec<Instance>> {
    if bare.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = bare.iter().map(|bare| bare.instance.id.as_str()).collect();
    // No more at once than that: each takes a connection of its own.
    let (mut addresses, mut of_ports, mut tags, names) = tokio::try_join!(
        addresses(db, Json(&ids)),
        groups_of_ports(db, Json(&ids)),
        tags(db, Json(&ids)),
        group_names(db, &bare),
    )?;
    let mut volumes = volumes(db, &ids).await?;
    let fill = |Bare { mut instance, security_groups }: Bare| {
        instance.addresses = addresses.remove(&instance.id).unwrap_or_default();
        // Until there are ports, those that they will be in.
        let wanted = || security_groups.iter().filter_map(|id| names.get(id).cloned()).collect();
        instance.security_groups = of_ports.remove(&instance.id).unwrap_or_else(wanted);
        instance.volumes = volumes.remove(&instance.id).unwrap_or_default();
        instance.notes.tags = tags.remove(&instance.id).unwrap_or_default();
        instance
    };
    Ok(bare.into_iter().map(fill).collect())
}

#[derive(FromRow)]
struct AddressRow {
    device_id: InstanceId,
    network_id: NetworkId,
    network_name: String,
    port_id: PortId,
    ip: String,
    mac: String,
    floating: bool,
}

const ADDRESSES: &str = "
    SELECT p.device_id, p.network_id, n.name AS network_name, p.id AS port_id, a.ip, p.mac, FALSE AS floating,
           p.device_index AS place, p.created_at AS since
    FROM ports p JOIN networks n ON n.id = p.network_id JOIN ip_allocations a ON a.port_id = p.id
    WHERE p.device_id IN (SELECT value FROM json_each($1))
    UNION ALL
    SELECT p.device_id, p.network_id, n.name, p.id, a.ip, p.mac, TRUE, p.device_index, p.created_at
    FROM ports p JOIN networks n ON n.id = p.network_id JOIN floating_ips f ON f.fixed_port_id = p.id
        JOIN ip_allocations a ON a.port_id = f.port_id
    WHERE p.device_id IN (SELECT value FROM json_each($1))
    ORDER BY place, since, port_id, floating, ip";

async fn addresses(db: &Pool, of: Ids<'_>) -> Result<HashMap<InstanceId, Vec<InstanceAddress>>> {
    let rows: Vec<AddressRow> = db::query_as(ADDRESSES).bind(of).fetch_all(db).await?;
    let mut addresses: HashMap<_, Vec<_>> = HashMap::new();
    for AddressRow { device_id, network_id, network_name, port_id, ip, mac, floating } in rows {
        let address = InstanceAddress { network_id, network_name, port_id, ip, floating, mac };
        addresses.entry(device_id).or_default().push(address);
    }
    Ok(addresses)
}

const GROUPS_OF_PORTS: &str = "
    SELECT DISTINCT p.device_id, g.name FROM ports p LEFT JOIN port_security_groups l ON l.port_id = p.id
        LEFT JOIN security_groups g ON g.id = l.security_group_id
    WHERE p.device_id IN (SELECT value FROM json_each($1)) ORDER BY g.name";

/// The names of the groups that the ports of each instance with ports are in.
async fn groups_of_ports(db: &Pool, of: Ids<'_>) -> Result<HashMap<InstanceId, Vec<String>>> {
    let rows: Vec<(InstanceId, Option<String>)> = db::query_as(GROUPS_OF_PORTS).bind(of).fetch_all(db).await?;
    let mut groups: HashMap<_, Vec<_>> = HashMap::new();
    for (id, name) in rows {
        groups.entry(id).or_default().extend(name);
    }
    Ok(groups)
}

const TAGS: &str = "
    SELECT instance_id, tag FROM instance_tags WHERE instance_id IN (SELECT value FROM json_each($1)) ORDER BY tag";

async fn tags(db: &Pool, of: Ids<'_>) -> Result<HashMap<InstanceId, Vec<String>>> {
    let rows: Vec<(InstanceId, String)> = db::query_as(TAGS).bind(of).fetch_all(db).await?;
    let mut tags: HashMap<_, Vec<_>> = HashMap::new();
    for (id, tag) in rows {
        tags.entry(id).or_default().push(tag);
    }
    Ok(tags)
}

async fn volumes(db: &Pool, of: &[&str]) -> Result<HashMap<InstanceId, Vec<Attachment>>> {
    let mut volumes: HashMap<_, Vec<_>> = HashMap::new();
    for attachment in volume_attachments::of_instances(db, of).await? {
        volumes.entry(attachment.instance_id.clone()).or_default().push(attachment);
    }
    Ok(volumes)
}

const GROUP_NAMES: &str = "SELECT id, name FROM security_groups WHERE id IN (SELECT value FROM json_each($1))";

async fn group_names(db: &Pool, bare: &[Bare]) -> Result<HashMap<SecurityGroupId, String>> {
    let mut ids: Vec<&str> = bare.iter().flat_map(|bare| &bare.security_groups).map(SecurityGroupId::as_str).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<(SecurityGroupId, String)> = db::query_as(GROUP_NAMES).bind(Json(&ids)).fetch_all(db).await?;
    Ok(rows.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::store::db::{Db, Schema};
    use crate::model::state::{Status, TaskState, VmState};

    #[tokio::test]
    async fn the_status_in_sql_is_the_status_that_people_see() {
        let home = crate::control::testing::Home::new().await;
        let db = Db::open(&home.place(), Schema::Migrate).await.unwrap();
        for vm in VmState::ALL {
            for task in TaskState::ALL.iter().copied().map(Some).chain([None]) {
                let sql = format!("SELECT {STATUS} FROM (SELECT $1 AS vm_state, $2 AS task_state) AS states");
                let query = db::query_scalar::<Status>(sqlx::AssertSqlSafe(sql)).bind(vm).bind(task);
                assert_eq!(query.fetch_one(db.read()).await.unwrap(), Status::of(*vm, task), "{vm} {task:?}");
            }
        }
    }

    #[test]
    fn wildcards_in_a_search_stand_for_themselves() {
        assert_eq!(containing("50%_a\\"), "%50\\%\\_a\\\\%");
    }
}
