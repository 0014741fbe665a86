//! What runs on a compute host and never sees the database.
//!
//! The agent knows the bus and the REST APIs, and nothing of `control`: a guest that breaks out of its virtual
//! machine finds no database address, credential or connection here.

mod probe;

pub use probe::{kvm_usable, probe_libvirt};

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::bus::Bus;
use crate::model::Result;

/// What hypervisor the agent drives.
#[derive(Debug, Clone)]
pub enum Driver {
    /// libvirt at this URI, such as `qemu:///system`. `virt_type` is `auto`, `kvm`, `qemu` or `xen`.
    Libvirt { uri: String, virt_type: String },
    /// A pretended host, for tests of scale and faults only. Its domains are kept in a file, as a real host's
    /// outlive the agent.
    Simulated { vcpus: i64, ram_mb: i64, disk_gb: i64, start_takes: Duration },
}

/// What the agent needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// This host's name on the bus.
    pub host: String,
    pub availability_zone: String,
    /// Holds `instances/`, `cache/`, `dhcp/`, `run/` on this host.
    pub state_dir: PathBuf,
    /// Where the REST APIs are, such as `http://127.0.0.1:8080`.
    pub api_url: String,
    pub driver: Driver,
    pub heartbeat_every: Duration,
    /// How often instances, taps, bridges and DHCP are compared with the records.
    pub reconcile_every: Duration,
    /// For tests of recovery only: the process kills itself when it reports this launch step.
    pub crash_at_step: Option<u8>,
}

/// A running agent; dropping it stops it and leaves its guests running.
pub struct Agent {}

impl Agent {
    /// Starts consuming `compute.<host>` and `network.<host>`, heartbeats and reconciliation.
    ///
    /// A dead libvirt is no error here: the agent reports the trouble with its heartbeats, refuses work with that
    /// reason, and picks up by itself when libvirt answers again.
    ///
    /// # Errors
    /// When the state directory cannot be used or the bus is closed.
    pub async fn start(settings: Settings, bus: Arc<dyn Bus>) -> Result<Self> {
        let _ = (settings, bus);
        todo!()
    }
}
