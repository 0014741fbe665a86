//! Instances: one row each, from the accepted request on. Deleted ones stay, marked.

mod changes;
mod list;
mod notes;
mod read;

pub use changes::{
    Failure, Touched, begin_task, fail, mark_deleted, note, place, set_image, set_power, set_task, settle,
};
pub use list::{list, with_relations};
pub use notes::{change, set_key, set_lock, set_metadata, set_security_groups, set_tags, set_user_data, tags_of};
pub use read::{
    Needs, Unfinished, created_at, decision, find, find_even_gone, gone_with_ports, guests, guests_among, needs,
    on_host, unfinished,
};

use sqlx::Row;
use sqlx::types::Json;

use super::Tx;
use super::db::{self, from_row};
use super::plans::host_name;
use crate::control::policy::Grant;
use crate::model::instance::{Instance, InstanceFlavor, InstanceImage, InstanceNotes};
use crate::model::launch::NicRequest;
use crate::model::{Result, SecurityGroupId};

/// An instance with what only the control side knows of it.
#[derive(Debug, Clone)]
pub struct Record {
    /// Without addresses, volumes and names of security groups until [`with_relations`] has filled them in.
    pub instance: Instance,
    pub networks: Vec<NicRequest>,
    pub security_groups: Vec<SecurityGroupId>,
    pub public_key: Option<String>,
    pub user_data: Option<String>,
    /// The request whose task runs, while one runs.
    pub task_request_id: Option<String>,
}

/// Every column that an [`Instance`] is read from.
const SHOWN: &str = "id, project_id, user_id, name, description, vm_state, task_state, power_state, flavor, image_id, \
    image_name, key_name, host, availability_zone, wanted_zone, domain_name, config_drive, metadata, fault, request_id, \
    created_at, updated_at, launched_at, deleted_at, hostname, access_ip_v4, access_ip_v6, auto_disk_config, locked, \
    server_group_id, version, \
    (SELECT s.percent FROM image_sources s WHERE s.instance_id = id) AS progress";
/// What a [`Record`] has besides.
const KEPT: &str = "networks, security_groups, public_key, user_data, task_request_id";

// Without addresses, volumes, tags, and names of security groups.
from_row!(Instance, |row| {
    let mut instance = Instance {
        id: row.try_get("id")?,
        project_id: row.try_get("project_id")?,
        user_id: row.try_get("user_id")?,
        name: row.try_get("name")?,
        description: row.try_get("description")?,
        vm_state: row.try_get("vm_state")?,
        task_state: row.try_get("task_state")?,
        power_state: row.try_get("power_state")?,
        flavor: row.try_get::<Json<InstanceFlavor>, _>("flavor")?.0,
        image: Some(InstanceImage { id: row.try_get("image_id")?, name: row.try_get("image_name")? })
            .filter(|image| !image.id.as_str().is_empty()),
        key_name: row.try_get("key_name")?,
        host: row.try_get("host")?,
        availability_zone: row.try_get("availability_zone")?,
        domain_name: row.try_get("domain_name")?,
        addresses: Vec::new(),
        security_groups: Vec::new(),
        metadata: row.try_get::<Json<_>, _>("metadata")?.0,
        config_drive: row.try_get("config_drive")?,
        volumes: Vec::new(),
        fault: row.try_get::<Option<Json<_>>, _>("fault")?.map(|fault| fault.0),
        progress: row.try_get("progress")?,
        request_id: row.try_get("request_id")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
        launched_at: row.try_get("launched_at")?,
        deleted_at: row.try_get("deleted_at")?,
        notes: InstanceNotes {
            hostname: row.try_get("hostname")?,
            access_ip_v4: row.try_get("access_ip_v4")?,
            access_ip_v6: row.try_get("access_ip_v6")?,
            auto_disk_config: row.try_get("auto_disk_config")?,
            lock: row.try_get::<Option<Json<_>>, _>("locked")?.map(|lock| lock.0),
            server_group: row.try_get("server_group_id")?,
            tags: Vec::new(),
            pinned_zone: row.try_get("wanted_zone")?,
        },
        version: row.try_get("version")?,
    };
    if instance.notes.hostname.is_empty() {
        instance.notes.hostname = host_name(&instance.name, instance.id.as_str());
    }
    Ok(instance)
});

from_row!(Record, |row| {
    Ok(Record {
        instance: Instance::from_row(row)?,
        networks: row.try_get::<Json<_>, _>("networks")?.0,
        security_groups: row.try_get::<Json<_>, _>("security_groups")?.0,
        public_key: row.try_get("public_key")?,
        user_data: row.try_get("user_data")?,
        task_request_id: row.try_get("task_request_id")?,
    })
});

const INSERT: &str = "INSERT INTO instances (id, project_id, user_id, name, description, vm_state, task_state, \
    power_state, flavor, image_id, image_name, key_name, public_key, availability_zone, wanted_zone, domain_name, \
    networks, security_groups, user_data, config_drive, metadata, request_id, task_request_id, created_at, \
    updated_at, version, hostname, access_ip_v4, access_ip_v6, auto_disk_config, \
    server_group_id) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, '', $16, $17, $18, $19, $20, $21, $22, \
    $23, $24, $25, $26, $27, $28, $29, $30) RETURNING seq";
const NAME_DOMAIN: &str = "UPDATE instances SET domain_name = $1 WHERE seq = $2";

/// Writes a new instance down and names its libvirt domain after the row's number.
pub async fn insert(tx: &mut Tx, _grant: Grant, record: &mut Record) -> Result<()> {
    let instance = &record.instance;
    let seq: i64 = db::query_scalar(INSERT)
        .bind(&instance.id)
        .bind(&instance.project_id)
        .bind(&instance.user_id)
        .bind(&instance.name)
        .bind(&instance.description)
        .bind(instance.vm_state)
        .bind(instance.task_state)
        .bind(instance.power_state)
        .bind(Json(&instance.flavor))
        .bind(instance.image.as_ref().map_or("", |image| image.id.as_str()))
        .bind(instance.image.as_ref().map_or("", |image| image.name.as_str()))
        .bind(&instance.key_name)
        .bind(&record.public_key)
        .bind(&instance.availability_zone)
        .bind(&instance.notes.pinned_zone)
        .bind(Json(&record.networks))
        .bind(Json(&record.security_groups))
        .bind(&record.user_data)
        .bind(instance.config_drive)
        .bind(Json(&instance.metadata))
        .bind(&instance.request_id)
        .bind(&record.task_request_id)
        .bind(instance.created_at)
        .bind(instance.updated_at)
        .bind(instance.version)
        .bind(&instance.notes.hostname)
        .bind(&instance.notes.access_ip_v4)
        .bind(&instance.notes.access_ip_v6)
        .bind(instance.notes.auto_disk_config)
        .bind(&instance.notes.server_group)
        .fetch_one(&mut **tx)
        .await?;
    record.instance.domain_name = format!("instance-{seq:08x}");
    db::query(NAME_DOMAIN).bind(&record.instance.domain_name).bind(seq).execute(&mut **tx).await?;
    notes::insert_tags(tx, &record.instance.id, &record.instance.notes.tags).await
}
