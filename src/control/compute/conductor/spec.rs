//! What a host is told of its instances.

use crate::bus::contract::{InstanceBrief, InstanceSpec, NicSpec, PortPlan};
use crate::control::shared::Shared;
use crate::control::store::image_sources::{self, Source};
use crate::control::store::instances::{self, Record};
use crate::control::store::plans::ports_of;
use crate::control::store::{events, volume_plans};
use crate::control::workflow;
use crate::control::workflow::timeline::Request;
use crate::model::state::VmState;
use crate::model::step::Step;
use crate::model::{Error, InstanceId, Noun, Result};

/// The configuration of an instance on the host. For a launch, steps 15 to 18 are written down.
///
/// # Errors
/// `NotFound` unless the instance is placed on that host.
pub async fn instance(
    shared: &Shared,
    host: &str,
    id: &InstanceId,
    request_id: &str,
    for_launch: bool,
) -> Result<InstanceSpec> {
    let took = shared.now();
    let asked = shared.now();
    let record = placed_on(shared, host, id).await?;
    let answered = shared.now();
    let is_its_launch = record.instance.vm_state == VmState::Building && record.instance.request_id == request_id;
    let uploads_to = image_sources::image_of(&mut *shared.db.snapshot().await?, Source::Instance(id)).await?;
    let spec = InstanceSpec { uploads_to, ..spec(record) };
    if for_launch && is_its_launch {
        let request = Request { instance: id, id: request_id };
        let steps = [
            request.done(Step::CONDUCTOR_TOOK, took, asked),
            request.done(Step::CONDUCTOR_ASKED, asked, asked),
            request.done(Step::CONDUCTOR_ANSWERED, asked, answered),
            request.done(Step::CONFIGURATION_SENT, answered, shared.now()),
        ];
        let mut tx = shared.db.write().await?;
        let touched = instances::note(&mut tx, id, request_id, Some(host)).await?;
        events::write(&mut tx, &steps).await?;
        workflow::commit(shared, tx, &steps).await?;
        if let Some(touched) = touched {
            workflow::tell(shared, &touched);
        }
    }
    Ok(spec)
}

/// An instance, if that host holds it.
pub async fn placed_on(shared: &Shared, host: &str, id: &InstanceId) -> Result<Record> {
    let record = instances::find(shared.db.read(), id).await?;
    record
        .filter(|record| record.instance.host.as_deref() == Some(host))
        .ok_or_else(|| Error::not_found(Noun::Instance, id.as_str()))
}

fn spec(record: Record) -> InstanceSpec {
    let Record { instance, networks, security_groups, public_key, user_data, .. } = record;
    InstanceSpec {
        hostname: instance.notes.hostname,
        instance_id: instance.id,
        project_id: instance.project_id,
        name: instance.name,
        domain_name: instance.domain_name,
        vcpus: instance.flavor.vcpus,
        ram_mb: instance.flavor.ram_mb,
        disk_gb: instance.flavor.disk_gb,
        image_id: instance.image.map(|image| image.id),
        uploads_to: None,
        nics: networks
            .into_iter()
            .map(|nic| NicSpec { network_id: nic.network_id, fixed_ip: nic.fixed_ip, port_id: nic.port_id })
            .collect(),
        security_groups: security_groups.into_iter().map(|group| group.0).collect(),
        public_key: instance.key_name.zip(public_key),
        user_data,
        config_drive: instance.config_drive,
        metadata: instance.metadata,
        availability_zone: instance.availability_zone,
        vm_state: instance.vm_state,
        task_state: instance.task_state,
    }
}

/// The ports of an instance on the host, in the order of its NICs.
///
/// # Errors
/// `NotFound` unless the instance is placed on that host.
pub async fn ports_of_instance(shared: &Shared, host: &str, id: &InstanceId) -> Result<Vec<PortPlan>> {
    placed_on(shared, host, id).await?;
    ports_of(shared.db.read(), id).await
}

/// Every instance that should be on the host, with its ports and volumes.
pub async fn instances_on(shared: &Shared, host: &str) -> Result<Vec<InstanceBrief>> {
    let records = instances::on_host(shared.db.read(), host).await?;
    let mut volumes = volume_plans::of_instances_on(shared.db.read(), host).await?;
    let mut briefs = Vec::with_capacity(records.len());
    for Record { instance, .. } in records {
        briefs.push(InstanceBrief {
            ports: ports_of(shared.db.read(), &instance.id).await?,
            volumes: volumes.remove(&instance.id).unwrap_or_default(),
            instance_id: instance.id,
            domain_name: instance.domain_name,
            vm_state: instance.vm_state,
            task_state: instance.task_state,
            power_state: instance.power_state,
        });
    }
    Ok(briefs)
}
