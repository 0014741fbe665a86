//! A pretended hypervisor, for tests of scale and faults. Its domains are kept in a file, as a real host's outlive
//! the agent.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::net::UnixStream;
use tokio::sync::broadcast;

use super::hypervisor::{Domain, DomainVolume, Facts, Hypervisor, NewDisk, NewDrive};
use crate::agent::files::io_error;
use crate::agent::layout::Layout;
use crate::agent::percent::Percent;
use crate::agent::volume::qemu_img;
use crate::bus::contract::PortPlan;
use crate::model::image::DiskFormat;
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Reason, Result};

/// Bytes that a pretended disk has.
const PRETENDED_DISK: u64 = 1 << 20;

/// What a pretended host has, and how long a start takes on it.
#[derive(Debug, Clone)]
pub struct Size {
    pub vcpus: i64,
    pub ram_mb: i64,
    pub disk_gb: i64,
    pub start_takes: Duration,
}

/// A pretended host.
pub struct Simulated {
    size: Size,
    file: PathBuf,
    domains: Mutex<BTreeMap<InstanceId, Pretended>>,
    changes: broadcast::Sender<InstanceId>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Pretended {
    domain: Domain,
    power_state: PowerState,
}

impl Simulated {
    /// The pretended host whose domains are kept below a state directory.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn open(layout: &Layout, size: Size) -> Result<Self> {
        let file = layout.root().join("simulated-domains.json");
        let domains = match std::fs::read(&file) {
            Ok(text) => serde_json::from_slice(&text).map_err(Error::internal)?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => BTreeMap::new(),
            Err(error) => return Err(io_error(&file, error)),
        };
        Ok(Self { size, file, domains: Mutex::new(domains), changes: broadcast::channel(1024).0 })
    }

    fn domains(&self) -> MutexGuard<'_, BTreeMap<InstanceId, Pretended>> {
        self.domains.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn change(&self, id: &InstanceId, change: impl FnOnce(&mut BTreeMap<InstanceId, Pretended>)) -> Result<()> {
        let mut domains = self.domains();
        change(&mut domains);
        let draft = self.file.with_extension("new");
        let text = serde_json::to_vec(&*domains).map_err(Error::internal)?;
        let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &self.file));
        written.map_err(|error| io_error(&self.file, error))?;
        let _ = self.changes.send(id.clone());
        Ok(())
    }

    fn turn(&self, id: &InstanceId, power_state: PowerState) -> Result<()> {
        if !self.domains().contains_key(id) {
            return Err(Reason::HypervisorRefused { why: format!("no domain {id}") }.into());
        }
        self.change(id, |domains| {
            if let Some(pretended) = domains.get_mut(id) {
                pretended.power_state = power_state;
            }
        })
    }
}

#[async_trait]
impl Hypervisor for Simulated {
    async fn facts(&self) -> Result<Facts> {
        Ok(Facts {
            kind: "QEMU".into(),
            version: 0,
            arch: std::env::consts::ARCH.into(),
            vcpus: self.size.vcpus,
            ram_mb: self.size.ram_mb,
            disk_gb: Some(self.size.disk_gb),
        })
    }

    async fn check_image(&self, _data: &Path, _format: DiskFormat) -> Result<()> {
        Ok(())
    }

    async fn make_disk(&self, disk: &NewDisk) -> Result<()> {
        std::fs::write(&disk.path, "").map_err(|error| io_error(&disk.path, error))
    }

    async fn make_drive(&self, drive: &NewDrive) -> Result<()> {
        std::fs::write(&drive.path, "").map_err(|error| io_error(&drive.path, error))
    }

    async fn define(&self, domain: &Domain) -> Result<()> {
        self.change(&domain.id, |domains| {
            let power_state = domains.get(&domain.id).map_or(PowerState::Shutdown, |old| old.power_state);
            domains.insert(domain.id.clone(), Pretended { domain: domain.clone(), power_state });
        })
    }

    async fn start(&self, id: &InstanceId) -> Result<()> {
        tokio::time::sleep(self.size.start_takes).await;
        self.turn(id, PowerState::Running)
    }

    async fn press_power_button(&self, id: &InstanceId) -> Result<()> {
        self.turn(id, PowerState::Shutdown)
    }

    async fn destroy(&self, id: &InstanceId) -> Result<()> {
        if self.domains().contains_key(id) { self.turn(id, PowerState::Shutdown) } else { Ok(()) }
    }

    async fn pause(&self, id: &InstanceId) -> Result<()> {
        self.turn(id, PowerState::Paused)
    }

    async fn unpause(&self, id: &InstanceId) -> Result<()> {
        self.turn(id, PowerState::Running)
    }

    async fn save(&self, id: &InstanceId) -> Result<()> {
        self.turn(id, PowerState::Suspended)
    }

    async fn attach(&self, id: &InstanceId, port: &PortPlan) -> Result<()> {
        self.change(id, |domains| {
            if let Some(Pretended { domain, .. }) = domains.get_mut(id) {
                domain.ports.retain(|other| other.port_id != port.port_id);
                domain.ports.push(port.clone());
            }
        })
    }

    async fn detach(&self, id: &InstanceId, port: &PortPlan) -> Result<()> {
        self.change(id, |domains| {
            if let Some(Pretended { domain, .. }) = domains.get_mut(id) {
                domain.ports.retain(|other| other.port_id != port.port_id);
            }
        })
    }

    async fn attach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()> {
        self.change(id, |domains| {
            if let Some(Pretended { domain, .. }) = domains.get_mut(id) {
                domain.volumes.retain(|other| other.attachment_id != volume.attachment_id);
                domain.volumes.push(volume.clone());
            }
        })
    }

    async fn detach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()> {
        self.change(id, |domains| {
            if let Some(Pretended { domain, .. }) = domains.get_mut(id) {
                domain.volumes.retain(|other| other.attachment_id != volume.attachment_id);
            }
        })
    }

    /// As empty as the pretended disk.
    async fn copy_disk(&self, _: &InstanceId, to: &Path, format: DiskFormat, percent: &Percent) -> Result<()> {
        qemu_img::create(to, format, PRETENDED_DISK).await?;
        percent.set(100);
        Ok(())
    }

    /// No QEMU runs here, so none has a file open.
    async fn qmp(&self, _id: &InstanceId, _command: &str) -> Result<String> {
        Ok(r#"{"return":[]}"#.to_owned())
    }

    async fn remove(&self, id: &InstanceId) -> Result<()> {
        if !self.domains().contains_key(id) {
            return Ok(());
        }
        self.change(id, |domains| {
            domains.remove(id);
        })
    }

    async fn state(&self, id: &InstanceId) -> Result<Option<PowerState>> {
        Ok(self.domains().get(id).map(|pretended| pretended.power_state))
    }

    async fn list(&self) -> Result<Vec<InstanceId>> {
        Ok(self.domains().keys().cloned().collect())
    }

    async fn screen(&self, _id: &InstanceId) -> Result<UnixStream> {
        Err(Reason::ConsoleUnavailable { why: "a simulated host has no screens".into() }.into())
    }

    fn changes(&self) -> broadcast::Receiver<InstanceId> {
        self.changes.subscribe()
    }
}
