//! Compares what is on this host with what the records say should be, and mends it.
//!
//! What is here is always looked up before the records are asked, and records come before things: so whatever is
//! here and not in the answer is left over, and not about to be used.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use uuid::Uuid;

use super::troubles::Troubles;
use super::{Host, Owners, Work, attachments, power, record};
use crate::agent::{files, meter};
use crate::bus::contract::{InstanceBrief, VolumeAt};
use crate::model::state::{PowerState, VmState};
use crate::model::{InstanceId, NetworkId, PortId, Result, RouterId};

/// How soon a comparison that could not be made is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// Compares at once and then regularly, for ever.
pub async fn keep_reconciled(host: Arc<Host>, owners: Arc<Owners>, every: Duration) {
    let mut troubles = Troubles::default();
    let mut is_first = true;
    loop {
        let pause = match reconcile(&host, &owners, &mut troubles, is_first).await {
            Ok(()) => {
                is_first = false;
                every
            }
            Err(error) => {
                tracing::info!(%error, "could not compare this host with the records; trying again");
                RETRY_AFTER.min(every)
            }
        };
        tokio::time::sleep(pause).await;
    }
}

/// A part that cannot be mended is noted as trouble and keeps no other from being mended; only without the records
/// nothing can be done.
async fn reconcile(host: &Host, owners: &Arc<Owners>, troubles: &mut Troubles, is_first: bool) -> Result<()> {
    troubles.note("the host's own network", host.wiring.prepare().await);
    mend_networks(host, troubles).await?;
    let taps = host.wiring.taps().await?;
    let files = files::names_in(&host.layout.instances()).await?;
    // An administrator's own files, or a file system's lost+found, are none of ours.
    let files = files.into_iter().filter(|name| Uuid::parse_str(name).is_ok()).map(InstanceId::from);
    let domains = host.hypervisor.list().await;

    let instances = host.conductor.instances().await?;
    let known: HashSet<&InstanceId> = instances.iter().map(|brief| &brief.instance_id).collect();
    let here = files.chain(taps.iter().map(|tap| tap.instance_id.clone())).chain(domains.iter().flatten().cloned());
    let unknown: HashSet<InstanceId> = here.filter(|id| !known.contains(id)).collect();
    for id in unknown.iter().filter(|id| !owners.busy(id)) {
        meter::found("instance left over");
        owners.submit(id, Work::Clean).await;
    }

    if is_first {
        tidy_disks(owners, &instances).await;
    }
    for port in instances.iter().flat_map(|brief| &brief.ports) {
        if taps.iter().any(|tap| tap.name == port.tap) {
            troubles.note(&format!("port {}", port.port_id), host.wiring.plug(port).await);
        }
    }
    troubles.note("the rules for what may pass", host.guard("").await);
    mend_routers(host, troubles).await?;
    mend_nics(host, owners, &instances).await;
    mend_volumes(host, owners, &instances).await;
    let power_states = match domains {
        Ok(_) => mend_power(host, owners, &instances).await,
        Err(error) => Err(error),
    };
    troubles.note("power states", power_states);
    troubles.note("the image cache", host.images.remove_unused(SystemTime::now()).await);
    Ok(())
}

/// Networks that should be here are put right, others are taken down.
async fn mend_networks(host: &Host, troubles: &mut Troubles) -> Result<()> {
    let here = host.wiring.networks().await?;
    let plans = host.conductor.networks().await?;
    for plan in &plans {
        troubles.note(&format!("network {}", plan.network_id), host.wiring.apply(plan).await);
    }
    let wanted: HashSet<&NetworkId> = plans.iter().map(|plan| &plan.network_id).collect();
    for network in here.iter().filter(|network| !wanted.contains(network)) {
        meter::found("network left over");
        troubles.note(&format!("network {network}"), host.wiring.remove(network).await);
    }
    Ok(())
}

/// Routers that should be here are put right, others are taken down.
async fn mend_routers(host: &Host, troubles: &mut Troubles) -> Result<()> {
    let here = host.wiring.routers().await?;
    let plans = host.conductor.routers().await?;
    for plan in &plans {
        troubles.note(&format!("router {}", plan.router_id), host.wiring.apply_router(plan).await);
    }
    let wanted: HashSet<&RouterId> = plans.iter().map(|plan| &plan.router_id).collect();
    for router in here.iter().filter(|router| !wanted.contains(router)) {
        meter::found("router left over");
        troubles.note(&format!("router {router}"), host.wiring.remove_router(router).await);
    }
    Ok(())
}

/// What an agent that died left inside of disks is looked for once, and whoever works on an instance sees to it.
async fn tidy_disks(owners: &Arc<Owners>, instances: &[InstanceBrief]) {
    for brief in instances.iter().filter(|brief| brief.task_state.is_none() && !owners.busy(&brief.instance_id)) {
        owners.submit(&brief.instance_id, Work::Tidy).await;
    }
}

/// Plugs and unplugs what an interrupted change of an instance's ports left undone.
async fn mend_nics(host: &Host, owners: &Arc<Owners>, instances: &[InstanceBrief]) {
    for brief in instances.iter().filter(settled) {
        let id = &brief.instance_id;
        let Ok(domain) = record::load(&host.layout, id).await else { continue };
        let plugged: BTreeSet<&PortId> = domain.ports.iter().map(|port| &port.port_id).collect();
        let bound: BTreeSet<&PortId> = brief.ports.iter().map(|port| &port.port_id).collect();
        if plugged != bound && !owners.busy(id) {
            meter::found("NICs");
            owners.submit(id, Work::Rewire { request_id: String::new(), without: None }).await;
        }
    }
}

/// Plugs and unplugs what an interrupted change of an instance's volumes left undone.
async fn mend_volumes(host: &Host, owners: &Arc<Owners>, instances: &[InstanceBrief]) {
    for brief in instances.iter().filter(settled) {
        let id = &brief.instance_id;
        let Ok(domain) = record::load(&host.layout, id).await else { continue };
        if attachments::differ(host, &domain, &brief.volumes) && !owners.busy(id) {
            meter::found("volumes of an instance");
            owners.submit(id, Work::Volumes { request_id: String::new() }).await;
        }
    }
}

/// Nothing is being done to it, and nothing went wrong with it as a whole.
fn settled(brief: &&InstanceBrief) -> bool {
    brief.task_state.is_none() && brief.vm_state != VmState::Error
}

/// Whether it has a volume of another host, and so may be halted without libvirt's noticing.
fn leans_on_others(brief: &InstanceBrief) -> bool {
    brief.volumes.iter().any(|plan| matches!(plan.at, VolumeAt::Nbd { .. }))
}

/// Tells the conductor of power states that differ from the records, such as after the host's reboot.
async fn mend_power(host: &Host, owners: &Owners, instances: &[InstanceBrief]) -> Result<()> {
    for brief in instances.iter().filter(|brief| brief.task_state.is_none()) {
        let id = &brief.instance_id;
        if (brief.power_state == PowerState::Paused || leans_on_others(brief))
            && let Err(error) = host.hypervisor.go_on(id).await
        {
            tracing::info!(instance = %id, %error, "it may be halted, and cannot be let go on");
        }
        let state = host.hypervisor.state(id).await?.unwrap_or(PowerState::NoState);
        if state != brief.power_state && !owners.busy(id) {
            meter::found("power state");
            power::report(host, id).await;
        }
    }
    Ok(())
}
