//! A host that runs no guests: it carries networks and routers only (`arcus network`).

use std::path::Path;

use async_trait::async_trait;
use tokio::net::UnixStream;
use tokio::sync::broadcast;

use super::hypervisor::{Domain, DomainVolume, Facts, Hypervisor, NewDisk, NewDrive};
use crate::agent::percent::Percent;
use crate::bus::contract::PortPlan;
use crate::model::image::DiskFormat;
use crate::model::state::PowerState;
use crate::model::{InstanceId, Reason, Result};

/// Has no domains and refuses to make any.
pub struct Guestless {
    changes: broadcast::Sender<InstanceId>,
}

impl Guestless {
    pub fn new() -> Self {
        Self { changes: broadcast::channel(1).0 }
    }
}

fn refused<T>() -> Result<T> {
    let why = "this host carries networks and runs no guests".to_owned();
    Err(Reason::HypervisorUnavailable { uri: "none".into(), why }.into())
}

#[async_trait]
impl Hypervisor for Guestless {
    async fn facts(&self) -> Result<Facts> {
        let arch = std::env::consts::ARCH.to_owned();
        Ok(Facts { kind: "none".into(), version: 0, arch, vcpus: 0, ram_mb: 0, disk_gb: Some(0) })
    }

    async fn check_image(&self, _: &Path, _: DiskFormat) -> Result<()> {
        refused()
    }

    async fn make_disk(&self, _: &NewDisk) -> Result<()> {
        refused()
    }

    async fn copy_disk(&self, _: &InstanceId, _: &Path, _: DiskFormat, _: &Percent) -> Result<()> {
        refused()
    }

    async fn make_drive(&self, _: &NewDrive) -> Result<()> {
        refused()
    }

    async fn define(&self, _: &Domain) -> Result<()> {
        refused()
    }

    async fn start(&self, _: &InstanceId) -> Result<()> {
        refused()
    }

    async fn press_power_button(&self, _: &InstanceId) -> Result<()> {
        refused()
    }

    async fn destroy(&self, _: &InstanceId) -> Result<()> {
        Ok(())
    }

    async fn pause(&self, _: &InstanceId) -> Result<()> {
        refused()
    }

    async fn unpause(&self, _: &InstanceId) -> Result<()> {
        refused()
    }

    async fn save(&self, _: &InstanceId) -> Result<()> {
        refused()
    }

    async fn attach(&self, _: &InstanceId, _: &PortPlan) -> Result<()> {
        refused()
    }

    async fn detach(&self, _: &InstanceId, _: &PortPlan) -> Result<()> {
        Ok(())
    }

    async fn attach_volume(&self, _: &InstanceId, _: &DomainVolume) -> Result<()> {
        refused()
    }

    async fn detach_volume(&self, _: &InstanceId, _: &DomainVolume) -> Result<()> {
        Ok(())
    }

    async fn qmp(&self, _: &InstanceId, _: &str) -> Result<String> {
        refused()
    }

    async fn remove(&self, _: &InstanceId) -> Result<()> {
        Ok(())
    }

    async fn state(&self, _: &InstanceId) -> Result<Option<PowerState>> {
        Ok(None)
    }

    async fn list(&self) -> Result<Vec<InstanceId>> {
        Ok(Vec::new())
    }

    async fn screen(&self, _: &InstanceId) -> Result<UnixStream> {
        refused()
    }

    fn runs_guests(&self) -> bool {
        false
    }

    fn changes(&self) -> broadcast::Receiver<InstanceId> {
        self.changes.subscribe()
    }
}
