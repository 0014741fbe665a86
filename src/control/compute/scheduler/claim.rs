//! Taking room on a host, atomically: what the filters saw may be gone by now.

use super::filters::{Needs, Ratios, capacity};
use crate::control::store::allocations::{self, Amounts};
use crate::control::store::{Tx, server_groups};
use crate::model::host::Host;
use crate::model::scheduling::{Decision, FilterOutcome, Refusal, RefusedHost};
use crate::model::{InstanceId, Result};

/// What the decision calls the step after the filters.
const NAME: &str = "Claim";

/// Claims the best candidate that still has room, and writes into the decision who was chosen and who was lost to
/// another launch. None if no candidate is left.
pub async fn first_free(
    tx: &mut Tx,
    id: &InstanceId,
    needs: &Needs,
    ratios: Ratios,
    hosts: &[Host],
    decision: &mut Decision,
) -> Result<Option<Host>> {
    // Volumes count by themselves as soon as they lie there.
    let own = Amounts { vcpus: needs.vcpus, ram_mb: needs.ram_mb, disk_gb: needs.disk_gb - needs.volumes_gb };
    let companions = match &needs.companions {
        Some(_) => server_groups::companions(&mut **tx, id).await?,
        None => None,
    };
    let mut lost = Vec::new();
    for candidate in &decision.candidates {
        let Some(host) = hosts.iter().find(|host| host.inventory.host == candidate.host) else { continue };
        if let Some(Err(refusal)) = companions.as_ref().map(|group| group.let_on(&candidate.host)) {
            lost.push(RefusedHost { host: candidate.host.clone(), refusal });
            continue;
        }
        let capacity = promised(host, ratios);
        let on_disk = needs.disk_gb_on(host) - own.disk_gb;
        if allocations::claim(tx, id, &candidate.host, own, on_disk, capacity).await? {
            decision.chosen = Some(candidate.host.clone());
            break;
        }
        let used = allocations::used(&mut **tx, &candidate.host).await?;
        lost.push(RefusedHost {
            host: candidate.host.clone(),
            refusal: lost_race(Amounts { disk_gb: own.disk_gb + on_disk, ..own }, used, capacity),
        });
    }
    if !lost.is_empty() {
        decision.filters.push(FilterOutcome {
            filter: NAME.to_owned(),
            hosts_in: u32::try_from(decision.candidates.len()).unwrap_or(u32::MAX),
            hosts_out: u32::from(decision.chosen.is_some()),
            refused: lost,
        });
    }
    Ok(hosts.iter().find(|host| Some(&host.inventory.host) == decision.chosen.as_ref()).cloned())
}

/// All that may be promised of a host.
fn promised(host: &Host, ratios: Ratios) -> Amounts {
    Amounts {
        vcpus: capacity(host.inventory.vcpus, ratios.cpu),
        ram_mb: capacity(host.inventory.ram_mb, ratios.ram),
        disk_gb: capacity(host.inventory.disk_gb, ratios.disk),
    }
}

/// The resource that ran out, with the numbers after the winner's claim.
fn lost_race(wanted: Amounts, used: Amounts, capacity: Amounts) -> Refusal {
    let resources = [
        ("CPU", "vCPU", wanted.vcpus, capacity.vcpus - used.vcpus),
        ("RAM", "MiB", wanted.ram_mb, capacity.ram_mb - used.ram_mb),
        ("disk", "GiB", wanted.disk_gb, capacity.disk_gb - used.disk_gb),
    ];
    let [first, ..] = resources;
    let (resource, unit, needed, free) =
        resources.into_iter().find(|(_, _, needed, free)| needed > free).unwrap_or(first);
    Refusal::LostRace { resource: resource.to_owned(), needed, free: free.max(0), unit: unit.to_owned() }
}
