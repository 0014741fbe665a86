//! Which hosts can take an instance: pure functions over what is known of each host.

use std::collections::BTreeMap;

use crate::model::Timestamp;
use crate::model::host::Host;
use crate::model::scheduling::{FilterOutcome, Refusal, RefusedHost};
use crate::model::server_group::Companions;

/// What an instance asks of a host.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Needs {
    pub vcpus: i64,
    /// MiB.
    pub ram_mb: i64,
    /// GiB, with the volumes that are made where it will be.
    pub disk_gb: i64,
    /// GiB of those volumes alone.
    pub volumes_gb: i64,
    /// The zone that was asked for, if one was.
    pub zone: Option<String>,
    pub image_properties: BTreeMap<String, String>,
    /// If it is in a server group.
    pub companions: Option<Companions>,
}

impl Needs {
    /// GiB that it takes among a host's instance disks: volumes in a pool of their own are not there.
    pub fn disk_gb_on(&self, host: &Host) -> i64 {
        if host.inventory.volume_pool.is_some() { self.disk_gb - self.volumes_gb } else { self.disk_gb }
    }
}

/// How much may be promised of what a host has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratios {
    pub cpu: f64,
    pub ram: f64,
    pub disk: f64,
}

/// What may be promised of `total`.
pub fn capacity(total: i64, ratio: f64) -> i64 {
    (total as f64 * ratio).floor() as i64
}

/// Everything that a filter looks at.
pub struct Question<'a> {
    pub needs: &'a Needs,
    pub ratios: Ratios,
    pub now: Timestamp,
}

type Filter = fn(&Question, &Host) -> Result<(), Refusal>;

/// The filters by the names that the field knows, in their order.
const FILTERS: &[(&str, Filter)] = &[
    ("ComputeFilter", compute),
    ("AvailabilityZoneFilter", zone),
    ("ImagePropertiesFilter", image_properties),
    ("CoreFilter", cores),
    ("RamFilter", ram),
    ("DiskFilter", disk),
    ("ServerGroupAntiAffinityFilter", anti_affinity),
    ("ServerGroupAffinityFilter", affinity),
];

/// Puts the hosts through every filter; those that pass all, and what each filter did. Filters after one that let
/// nobody through have nothing to say and are left out.
pub fn filter(question: &Question, mut hosts: Vec<Host>) -> (Vec<Host>, Vec<FilterOutcome>) {
    let mut outcomes = Vec::with_capacity(FILTERS.len());
    for (name, allows) in FILTERS {
        let hosts_in = count(&hosts);
        let mut refused = Vec::new();
        hosts.retain(|host| match allows(question, host) {
            Ok(()) => true,
            Err(refusal) => {
                refused.push(RefusedHost { host: host.inventory.host.clone(), refusal });
                false
            }
        });
        outcomes.push(FilterOutcome { filter: (*name).to_owned(), hosts_in, hosts_out: count(&hosts), refused });
        if hosts.is_empty() {
            break;
        }
    }
    (hosts, outcomes)
}

fn count(hosts: &[Host]) -> u32 {
    u32::try_from(hosts.len()).unwrap_or(u32::MAX)
}

fn compute(question: &Question, host: &Host) -> Result<(), Refusal> {
    if !host.enabled {
        return Err(Refusal::Disabled { reason: host.disabled_reason.clone().unwrap_or_default() });
    }
    if !host.alive {
        return Err(Refusal::Silent { seconds: (question.now - host.last_heartbeat).num_seconds() });
    }
    match &host.inventory.trouble {
        Some(reason) => Err(Refusal::Trouble { reason: reason.clone() }),
        None => Ok(()),
    }
}

fn zone(question: &Question, host: &Host) -> Result<(), Refusal> {
    match &question.needs.zone {
        Some(wanted) if *wanted != host.inventory.availability_zone => {
            Err(Refusal::Zone { wanted: wanted.clone(), has: host.inventory.availability_zone.clone() })
        }
        _ => Ok(()),
    }
}

fn image_properties(question: &Question, host: &Host) -> Result<(), Refusal> {
    type Fits = fn(&str, &str) -> bool;
    let arch: (Fits, &str) = (runs_architecture, &host.inventory.arch);
    let hypervisor: (Fits, &str) = (is_hypervisor, &host.inventory.hypervisor_type);
    let mode: (Fits, &str) = (has_mode, &host.inventory.hypervisor_type);
    let rules = [
        ("hw_architecture", arch),
        ("architecture", arch),
        ("img_hv_type", hypervisor),
        ("hypervisor_type", hypervisor),
        ("hw_vm_mode", mode),
        ("vm_mode", mode),
    ];
    for (property, (fits, has)) in rules {
        let Some(wanted) = question.needs.image_properties.get(property) else { continue };
        if !fits(&wanted.to_lowercase(), &has.to_lowercase()) {
            return Err(Refusal::ImageProperty {
                property: property.to_owned(),
                wanted: wanted.clone(),
                has: has.to_owned(),
            });
        }
    }
    Ok(())
}

/// A 64-bit x86 or ARM host also runs its 32-bit predecessor's images.
fn runs_architecture(wanted: &str, has: &str) -> bool {
    let canonical = |name: &str| match name {
        "amd64" | "x64" | "x86-64" => "x86_64".to_owned(),
        "i386" | "i486" | "i586" | "x86" => "i686".to_owned(),
        "arm64" => "aarch64".to_owned(),
        other => other.to_owned(),
    };
    let (wanted, has) = (canonical(wanted), canonical(has));
    wanted == has || matches!((wanted.as_str(), has.as_str()), ("i686", "x86_64") | ("armv7l", "aarch64"))
}

/// Whoever asks for QEMU is content with KVM, which is QEMU with the CPU's help.
fn is_hypervisor(wanted: &str, has: &str) -> bool {
    wanted == has || (wanted == "qemu" && has == "kvm")
}

fn has_mode(wanted: &str, hypervisor: &str) -> bool {
    wanted == "hvm" || (wanted == "xen" && hypervisor == "xen")
}

fn cores(question: &Question, host: &Host) -> Result<(), Refusal> {
    let total = host.inventory.vcpus;
    fits("CPU", "vCPU", question.needs.vcpus, host.vcpus_used, total, question.ratios.cpu)
}

fn ram(question: &Question, host: &Host) -> Result<(), Refusal> {
    let total = host.inventory.ram_mb;
    fits("RAM", "MiB", question.needs.ram_mb, host.ram_mb_used, total, question.ratios.ram)
}

fn disk(question: &Question, host: &Host) -> Result<(), Refusal> {
    let total = host.inventory.disk_gb;
    fits("disk", "GiB", question.needs.disk_gb_on(host), host.disk_gb_used, total, question.ratios.disk)?;
    let Some(pool) = &host.inventory.volume_pool else { return Ok(()) };
    fits("volume pool", "GiB", question.needs.volumes_gb, host.pool_gb_used, pool.capacity_gb, question.ratios.disk)
}

fn anti_affinity(question: &Question, host: &Host) -> Result<(), Refusal> {
    question.needs.companions.as_ref().map_or(Ok(()), |companions| companions.let_join(&host.inventory.host))
}

fn affinity(question: &Question, host: &Host) -> Result<(), Refusal> {
    question.needs.companions.as_ref().map_or(Ok(()), |companions| companions.let_part(&host.inventory.host))
}

fn fits(resource: &str, unit: &str, needed: i64, used: i64, total: i64, ratio: f64) -> Result<(), Refusal> {
    let free = (capacity(total, ratio) - used).max(0);
    if needed <= free {
        return Ok(());
    }
    Err(Refusal::NotEnough { resource: resource.to_owned(), needed, free, total, ratio, unit: unit.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::compute::scheduler::testing::{NOW, host};
    use crate::model::host::{VolumePool, VolumePoolKind};
    use chrono::TimeDelta;

    const RATIOS: Ratios = Ratios { cpu: 4.0, ram: 1.5, disk: 1.0 };

    fn run(needs: &Needs, hosts: Vec<Host>) -> (Vec<String>, Vec<FilterOutcome>) {
        let (left, outcomes) = filter(&Question { needs, ratios: RATIOS, now: *NOW }, hosts);
        (left.into_iter().map(|host| host.inventory.host).collect(), outcomes)
    }

    fn refusal(needs: &Needs, host: Host) -> (String, Refusal) {
        let (left, outcomes) = run(needs, vec![host]);
        assert!(left.is_empty(), "{outcomes:?}");
        let last = outcomes.last().unwrap();
        (last.filter.clone(), last.refused[0].refusal.clone())
    }

    fn with_property(name: &str, value: &str) -> Needs {
        Needs { image_properties: BTreeMap::from([(name.into(), value.into())]), ..Needs::default() }
    }

    #[test]
    fn ratios_and_use_decide_with_exact_numbers() {
        let needs = Needs { ram_mb: 512, ..Needs::default() };
        let full = Host { ram_mb_used: 1000 * 3 / 2 - 511, ..host("a", 4, 1000, 10) };
        let (filter, refusal) = refusal(&needs, full.clone());
        assert_eq!(filter, "RamFilter");
        let numbers = Refusal::NotEnough {
            resource: "RAM".into(),
            needed: 512,
            free: 511,
            total: 1000,
            ratio: 1.5,
            unit: "MiB".into(),
        };
        assert_eq!(refusal, numbers);
        let just_fits = Host { ram_mb_used: full.ram_mb_used - 1, ..full };
        assert_eq!(run(&needs, vec![just_fits]).0, ["a"]);
    }

    #[test]
    fn each_resource_has_its_filter() {
        let small = || host("a", 1, 100, 5);
        assert_eq!(refusal(&Needs { vcpus: 5, ..Needs::default() }, small()).0, "CoreFilter");
        assert_eq!(refusal(&Needs { ram_mb: 151, ..Needs::default() }, small()).0, "RamFilter");
        assert_eq!(refusal(&Needs { disk_gb: 6, ..Needs::default() }, small()).0, "DiskFilter");
        assert_eq!(run(&Needs { vcpus: 4, ram_mb: 150, disk_gb: 5, ..Needs::default() }, vec![small()]).0, ["a"]);
    }

    #[test]
    fn volumes_in_a_pool_of_their_own_want_room_there_and_take_no_disk() {
        let mut roomy = host("a", 1, 100, 5);
        let pool = VolumePool { kind: VolumePoolKind::Rbd, name: "volumes".into(), capacity_gb: 20 };
        roomy.inventory.volume_pool = Some(pool);
        let needs = |volumes_gb| Needs { disk_gb: 5 + volumes_gb, volumes_gb, ..Needs::default() };
        assert_eq!(run(&needs(20), vec![roomy.clone()]).0, ["a"]);
        let (filter, refusal) = refusal(&needs(20), Host { pool_gb_used: 1, ..roomy });
        assert_eq!(filter, "DiskFilter");
        assert!(matches!(refusal, Refusal::NotEnough { needed: 20, free: 19, .. }), "{refusal:?}");
    }

    #[test]
    fn a_host_that_is_off_silent_or_in_trouble_says_which() {
        let any = Needs::default();
        let disabled = Host { enabled: false, disabled_reason: Some("repair".into()), ..host("a", 1, 1, 1) };
        assert_eq!(refusal(&any, disabled).1, Refusal::Disabled { reason: "repair".into() });
        let silent = Host { alive: false, last_heartbeat: *NOW - TimeDelta::seconds(90), ..host("a", 1, 1, 1) };
        assert_eq!(refusal(&any, silent).1, Refusal::Silent { seconds: 90 });
        let mut troubled = host("a", 1, 1, 1);
        troubled.inventory.trouble = Some("no libvirt".into());
        assert_eq!(refusal(&any, troubled).1, Refusal::Trouble { reason: "no libvirt".into() });
    }

    #[test]
    fn a_zone_binds_only_when_it_was_asked_for() {
        let wanted = Needs { zone: Some("west".into()), ..Needs::default() };
        assert_eq!(refusal(&wanted, host("a", 1, 1, 1)).0, "AvailabilityZoneFilter");
        assert_eq!(run(&Needs::default(), vec![host("a", 1, 1, 1)]).0, ["a"]);
    }

    #[test]
    fn image_properties_bind_with_their_aliases() {
        let host = || host("a", 1, 1, 1);
        for good in ["x86_64", "amd64", "i686", "i386"] {
            assert_eq!(run(&with_property("hw_architecture", good), vec![host()]).0, ["a"], "{good}");
        }
        assert_eq!(refusal(&with_property("architecture", "aarch64"), host()).0, "ImagePropertiesFilter");
        assert_eq!(run(&with_property("img_hv_type", "qemu"), vec![host()]).0, ["a"]);
        assert_eq!(refusal(&with_property("hypervisor_type", "kvm"), host()).0, "ImagePropertiesFilter");
        assert_eq!(refusal(&with_property("hw_vm_mode", "xen"), host()).0, "ImagePropertiesFilter");
        assert_eq!(run(&with_property("os_distro", "debian"), vec![host()]).0, ["a"]);
    }

    #[test]
    fn every_filter_counts_in_and_out_until_nobody_is_left() {
        let needs = Needs { ram_mb: 200, ..Needs::default() };
        let hosts = vec![host("a", 1, 100, 1), host("b", 1, 1000, 1)];
        let (left, outcomes) = run(&needs, hosts);
        assert_eq!(left, ["b"]);
        let counts: Vec<_> = outcomes.iter().map(|outcome| (outcome.hosts_in, outcome.hosts_out)).collect();
        assert_eq!(counts, [(2, 2), (2, 2), (2, 2), (2, 2), (2, 1), (1, 1), (1, 1), (1, 1)]);
        let (_, outcomes) = run(&needs, vec![host("a", 1, 100, 1)]);
        assert_eq!(outcomes.last().unwrap().filter, "RamFilter");
    }
}
