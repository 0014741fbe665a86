//! What runs on a compute host and never sees the database.
//!
//! The agent knows the bus and the REST APIs, and nothing of `control`: a guest that breaks out of its virtual
//! machine finds no database address, credential or connection here.

mod ceph;
mod command;
mod compute;
mod conductor;
mod dispatch;
mod files;
mod layout;
mod locks;
mod metadata;
pub mod meter;
mod network;
mod percent;
mod probe;
mod qemu_user;
mod rest;
#[cfg(all(test, feature = "ssr"))]
mod testing;
#[cfg(all(test, feature = "ssr"))]
mod tests;
mod time;
mod upload;
mod volume;

pub use ceph::Ceph;
pub use compute::{ConsoleAt, ConsolePort};
pub use network::{HOST_NETWORK, device_exists, host_network_obstacle};
pub use probe::{kvm_usable, probe_libvirt};
pub use volume::ExportPorts;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ipnet::Ipv4Net;
use tokio::task::JoinSet;

use self::compute::{Consoles, Guestless, Host, Hypervisor, Owners, Simulated, SimulatedSize};
use self::conductor::Conductor;
use self::dispatch::ComputeHandler;
use self::layout::Layout;
use self::metadata::MetadataService;
use self::network::{HostWiring, NetworkHandler, Physical, SimulatedWiring, Wiring};
use self::rest::Rest;
use self::volume::{Backend, Exports, FileBackend, LvmBackend, Pool, PretendedBackend, RbdBackend};
use crate::bus::{Bus, Consumer, Topic};
use crate::model::Result;

/// How many messages for different instances are in hand at once; one instance's own go in order.
const MESSAGES_AT_ONCE: usize = 64;

/// What hypervisor the agent drives.
#[derive(Debug, Clone)]
pub enum Driver {
    /// libvirt at this URI, such as `qemu:///system`. `virt_type` is `auto`, `kvm`, `qemu` or `xen`.
    Libvirt { uri: String, virt_type: String },
    /// A pretended host, for tests of scale and faults only. Its domains are kept in a file, as a real host's
    /// outlive the agent.
    Simulated { vcpus: i64, ram_mb: i64, disk_gb: i64, start_takes: Duration },
    /// None: the host carries networks and routers only.
    Guestless,
}

/// What keeps the volumes of the host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VolumeBackend {
    /// qcow2 files in the state directory.
    File,
    /// A pool of the Ceph cluster.
    Rbd { pool: String },
    /// A thin pool in a volume group of the host.
    Lvm { group: String, pool: String },
}

/// What the agent needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This host's name on the bus.
    pub host: String,
    pub availability_zone: String,
    /// Holds `instances/`, `volumes/`, `cache/`, `dhcp/`, `routers/`, `run/` on this host.
    pub state_dir: PathBuf,
    /// Where the REST APIs are, such as `http://127.0.0.1:8080`.
    pub api_url: String,
    pub driver: Driver,
    pub heartbeat_every: Duration,
    /// How often instances, taps, bridges and DHCP are compared with the records.
    pub reconcile_every: Duration,
    /// For tests of recovery only: the process kills itself when it reports this launch step.
    pub crash_at_step: Option<u8>,
    /// Physical network to bridge or interface of this host.
    pub bridge_mappings: BTreeMap<String, String>,
    /// The host's own address on the bridge that Arcus makes for it (physical network `host`), or none.
    pub host_network: Option<Ipv4Net>,
    /// Where other machines reach guests' screens, and, at a port of its own, each volume that they use; none: only this one does.
    pub console: Option<ConsolePort>,
    /// The ports at which it serves volumes to instances of other hosts.
    pub volume_ports: ExportPorts,
    pub volume_backend: VolumeBackend,
    /// How the host reaches a Ceph cluster, where its own volumes or others' lie in one.
    pub ceph: Ceph,
}

/// A running agent; dropping it stops it and leaves its guests running.
pub struct Agent {
    owners: Arc<Owners>,
    consumers: Vec<Consumer>,
    tasks: JoinSet<()>,
}

impl Agent {
    /// Starts consuming `compute.<host>` and `network.<host>`, heartbeats and reconciliation.
    ///
    /// A dead libvirt is no error here: the agent reports the trouble with its heartbeats, refuses work with that
    /// reason, and picks up by itself when libvirt answers again.
    ///
    /// # Errors
    /// When the state directory cannot be used or the bus is closed.
    pub async fn start(settings: Settings, bus: Arc<dyn Bus>) -> Result<Self> {
        let layout = Layout::new(settings.state_dir.clone());
        layout.prepare().await?;
        let conductor = Arc::new(Conductor::new(bus.clone(), settings.host.clone(), settings.crash_at_step));
        let (hypervisor, wiring) = driver(&settings, &layout, &conductor)?;
        let rest = Rest::new(&settings.api_url)?;
        let exports =
            Exports::new(layout.run(), settings.api_url.clone(), settings.console.clone(), settings.volume_ports);
        let pool = Pool::new(backend(&settings, &layout), exports, settings.ceph.clone());
        let host = Arc::new(Host::new(layout, conductor, rest, hypervisor, wiring, pool));
        host.images.remove_drafts().await?;
        host.uploads.remove_drafts().await?;
        // Guests, and volumes that are whole, do not need the rest of the pool.
        if let Err(error) = host.volumes.backend.remove_drafts().await {
            tracing::warn!(%error, "what interrupted copies left of volumes stays for now");
        }
        let owners = Owners::new(host.clone());
        let (consoles, visitors) = Consoles::open(host.clone(), settings.console.as_ref(), &settings.api_url).await?;

        let mut agent = Self { owners: owners.clone(), consumers: Vec::new(), tasks: JoinSet::new() };
        agent.run(consoles.clone().serve(visitors));
        let (zone, every) = (settings.availability_zone, settings.heartbeat_every);
        agent.run(compute::keep_heartbeats(host.clone(), zone, settings.api_url, every));
        agent.run(compute::watch_power(host.clone(), owners.clone()));
        agent.run(compute::keep_reconciled(host.clone(), owners.clone(), settings.reconcile_every));
        if host.hypervisor.runs_guests() {
            agent.run(volume::keep_reconciled(host.clone(), owners.clone(), settings.reconcile_every));
        }

        let news = Arc::new(NetworkHandler(host.clone()));
        agent.consumers.push(bus.consume(Topic::network(&settings.host), 1, news).await?);
        let work = Arc::new(ComputeHandler { host, owners, consoles });
        agent.consumers.push(bus.consume(Topic::compute(&settings.host), MESSAGES_AT_ONCE, work).await?);
        Ok(agent)
    }

    fn run(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.consumers.clear();
        self.tasks.abort_all();
        self.owners.stop();
    }
}

/// What keeps the volumes of this host.
fn backend(settings: &Settings, layout: &Layout) -> Arc<dyn Backend> {
    match (&settings.driver, &settings.volume_backend) {
        (Driver::Simulated { .. }, _) => Arc::new(PretendedBackend::new(layout.volumes())),
        (Driver::Guestless, _) | (_, VolumeBackend::File) => Arc::new(FileBackend::new(layout.volumes())),
        (_, VolumeBackend::Rbd { pool }) => {
            Arc::new(RbdBackend::new(settings.ceph.clone(), pool.clone(), &settings.host))
        }
        (_, VolumeBackend::Lvm { group, pool }) => Arc::new(LvmBackend::new(group.clone(), pool.clone())),
    }
}

/// What drives the guests and the network of this host.
fn driver(
    settings: &Settings,
    layout: &Layout,
    conductor: &Arc<Conductor>,
) -> Result<(Arc<dyn Hypervisor>, Arc<dyn Wiring>)> {
    let mark = layout.mark(&settings.host);
    let real_wiring = || {
        let physical = Physical { mappings: settings.bridge_mappings.clone(), host_network: settings.host_network };
        let metadata = Arc::new(MetadataService::new(conductor.clone()));
        Arc::new(HostWiring::new(layout.clone(), mark.clone(), physical, metadata))
    };
    match settings.driver.clone() {
        Driver::Libvirt { uri, virt_type } => {
            Ok((libvirt(&uri, &virt_type, mark.clone(), layout.clone(), settings.ceph.clone())?, real_wiring()))
        }
        Driver::Guestless => Ok((Arc::new(Guestless::new()), real_wiring())),
        Driver::Simulated { vcpus, ram_mb, disk_gb, start_takes } => {
            let size = SimulatedSize { vcpus, ram_mb, disk_gb, start_takes };
            let wiring = SimulatedWiring::onto(settings.bridge_mappings.keys().cloned());
            Ok((Arc::new(Simulated::open(layout, size)?), Arc::new(wiring)))
        }
    }
}

#[cfg(feature = "libvirt")]
fn libvirt(uri: &str, virt_type: &str, mark: String, layout: Layout, ceph: Ceph) -> Result<Arc<dyn Hypervisor>> {
    Ok(Arc::new(compute::Libvirt::new(uri, virt_type, mark, layout, ceph)?))
}

#[cfg(not(feature = "libvirt"))]
fn libvirt(uri: &str, _virt_type: &str, _mark: String, _layout: Layout, _ceph: Ceph) -> Result<Arc<dyn Hypervisor>> {
    let why = "this arcus was built without the libvirt feature".into();
    Err(crate::model::Reason::HypervisorUnavailable { uri: uri.to_owned(), why }.into())
}
