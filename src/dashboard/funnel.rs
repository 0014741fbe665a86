//! The scheduler's decision in the page's language: a sentence for all, a name a filter, a sentence a refused host.

use super::i18n::tr;
use super::words::resource;
use crate::model::scheduling::{Decision, Refusal};

/// The decision in one sentence.
pub fn summary(decision: &Decision) -> String {
    let Some(first) = decision.filters.first() else { return tr!(reasons.decision_none).to_owned() };
    let hosts = first.hosts_in;
    if hosts == 0 {
        return tr!(reasons.decision_no_hosts).to_owned();
    }
    if let Some(host) = &decision.chosen {
        let candidates = decision.candidates.len();
        return tr!(reasons.decision_chosen, host = host.clone(), candidates = candidates, hosts = hosts);
    }
    match decision.filters.iter().find(|outcome| outcome.hosts_out == 0) {
        Some(outcome) => tr!(reasons.decision_refused, filter = filter(&outcome.filter), hosts = hosts),
        None => tr!(reasons.decision_can, candidates = decision.candidates.len(), hosts = hosts),
    }
}

/// A filter's name; one that is not known here keeps its own.
pub fn filter(name: &str) -> String {
    match name {
        "ComputeFilter" | "AliveFilter" => tr!(reasons.filter_alive),
        "AvailabilityZoneFilter" | "ZoneFilter" => tr!(reasons.filter_zone),
        "ImagePropertiesFilter" => tr!(reasons.filter_image),
        "CoreFilter" | "CpuFilter" | "VcpuFilter" => tr!(reasons.filter_cpu),
        "RamFilter" => tr!(reasons.filter_ram),
        "DiskFilter" => tr!(reasons.filter_disk),
        "Claim" => tr!(reasons.filter_claim),
        other => return other.to_owned(),
    }
    .to_owned()
}

/// Why a filter refused a host; follows the host's name.
pub fn refusal(refusal: &Refusal) -> String {
    match refusal.clone() {
        Refusal::Disabled { reason } => tr!(reasons.refusal_disabled, reason = reason),
        Refusal::Silent { seconds } => tr!(reasons.refusal_silent, seconds = seconds),
        Refusal::Trouble { reason } => tr!(reasons.refusal_trouble, reason = reason),
        Refusal::Zone { wanted, has } => tr!(reasons.refusal_zone, wanted = wanted, has = has),
        Refusal::ImageProperty { property, wanted, has } => {
            tr!(reasons.refusal_image_property, property = property, wanted = wanted, has = has)
        }
        Refusal::NotEnough { resource: name, needed, free, total, ratio, unit } => tr!(
            reasons.refusal_not_enough,
            resource = resource(&name),
            needed = needed,
            free = free,
            total = total,
            ratio = ratio,
            unit = unit
        ),
        Refusal::TooManyCompanions { here, max } => tr!(reasons.refusal_too_many_companions, here = here, max = max),
        Refusal::CompanionsElsewhere { hosts } => tr!(reasons.refusal_companions_elsewhere, hosts = hosts),
        Refusal::LostRace { resource: name, needed, free, unit } => {
            tr!(reasons.refusal_lost_race, resource = resource(&name), needed = needed, free = free, unit = unit)
        }
    }
}
