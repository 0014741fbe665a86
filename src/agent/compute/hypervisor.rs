//! What the agent needs of a hypervisor. libvirt keeps this contract, and so does a pretended host.

use std::path::{Path, PathBuf};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::net::UnixStream;
use tokio::sync::broadcast;

use crate::agent::ceph::Ceph;
use crate::agent::percent::Percent;
use crate::bus::contract::PortPlan;
use crate::model::image::DiskFormat;
use crate::model::state::PowerState;
use crate::model::{AttachmentId, InstanceId, Result, VolumeId};

/// A virtual machine, apart from how a hypervisor writes it down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Domain {
    pub id: InstanceId,
    /// libvirt's name, such as `instance-0000002a`.
    pub name: String,
    /// The name that its owner gave it.
    pub title: String,
    pub vcpus: i64,
    pub ram_mb: i64,
    /// None: it starts from one of its volumes.
    pub disk: Option<PathBuf>,
    /// A disk that the guest can only read, if it is to have one.
    #[serde(default)]
    pub config_drive: Option<PathBuf>,
    pub console_log: PathBuf,
    /// In the order of the guest's NICs.
    pub ports: Vec<PortPlan>,
    #[serde(default)]
    pub volumes: Vec<DomainVolume>,
}

/// A volume as a disk of a domain.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DomainVolume {
    pub attachment_id: AttachmentId,
    pub volume_id: VolumeId,
    /// Such as `vdb`.
    pub device: String,
    /// The domain starts from it.
    pub boot: bool,
    pub read_only: bool,
    pub source: DiskSource,
}

/// Where a disk's data is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DiskSource {
    /// In a file of this host.
    Qcow2 { path: PathBuf },
    /// On a block device of this host.
    Block { path: PathBuf },
    /// With another host, which serves them.
    Nbd { host: String, port: u16, export: String },
    /// In a Ceph cluster that this host reaches by `conf`, as `user` if it asks for one.
    Rbd { pool: String, image: String, conf: PathBuf, user: Option<String> },
}

impl DiskSource {
    /// An image in a cluster.
    pub fn rbd(ceph: &Ceph, pool: String, image: String) -> Self {
        Self::Rbd { pool, image, conf: ceph.conf.clone(), user: ceph.user.clone() }
    }
}

/// A disk to be made over an image.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDisk {
    pub path: PathBuf,
    /// The image's data, which is never written to.
    pub base: PathBuf,
    pub format: DiskFormat,
    /// GiB; none means as large as the image.
    pub size_gb: Option<i64>,
}

/// A config drive to be made: a file system labelled `config-2`.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDrive {
    pub path: PathBuf,
    /// Relative path and text of each file.
    pub files: Vec<(String, String)>,
}

/// What a hypervisor is and has.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// `QEMU`, `KVM` or `Xen`.
    pub kind: String,
    pub version: i64,
    pub arch: String,
    pub vcpus: i64,
    pub ram_mb: i64,
    /// GiB, or none where it is that of the file system of the instances.
    pub disk_gb: Option<i64>,
}

/// A hypervisor. Every call can be repeated: what is already so is no error, and what is already gone is fine.
///
/// Errors are [`crate::model::Reason::HypervisorUnavailable`], `HypervisorRefused` or `DiskFull`.
#[async_trait]
pub trait Hypervisor: Send + Sync + 'static {
    /// What it is. Asked once, without patience: the error is what a heartbeat reports as trouble.
    async fn facts(&self) -> Result<Facts>;

    /// Refuses an image whose data would draw other files of this host into a guest.
    async fn check_image(&self, data: &Path, format: DiskFormat) -> Result<()>;

    /// Makes a disk, in place of one that is there.
    async fn make_disk(&self, disk: &NewDisk) -> Result<()>;

    /// Makes a config drive, in place of one that is there.
    async fn make_drive(&self, drive: &NewDrive) -> Result<()>;

    /// Writes a domain down, in place of an earlier description of the same instance.
    async fn define(&self, domain: &Domain) -> Result<()>;

    /// Starts a defined domain, from its saved memory if there is one.
    async fn start(&self, id: &InstanceId) -> Result<()>;

    /// Presses the power button; the guest decides what to do about it.
    async fn press_power_button(&self, id: &InstanceId) -> Result<()>;

    /// Pulls the plug, and forgets saved memory.
    async fn destroy(&self, id: &InstanceId) -> Result<()>;

    /// Halts the virtual CPUs.
    async fn pause(&self, id: &InstanceId) -> Result<()>;

    /// Lets halted virtual CPUs go on.
    async fn unpause(&self, id: &InstanceId) -> Result<()>;

    /// Lets a guest go on that had to halt because its disk had no room for what it wrote, if there is some now, or because
    /// a volume of another host was gone: if it still is, it halts again. Whoever halted for another reason, or not at all,
    /// is left alone.
    async fn go_on(&self, _: &InstanceId) -> Result<()> {
        Ok(())
    }

    /// Saves the memory to disk and ends the domain.
    async fn save(&self, id: &InstanceId) -> Result<()>;

    /// Gives a domain a further NIC, now and at every later start. One that it has is no error.
    async fn attach(&self, id: &InstanceId, port: &PortPlan) -> Result<()>;

    /// Takes a NIC from a domain, and comes back once a running guest has let go of it. Gone already is fine.
    async fn detach(&self, id: &InstanceId, port: &PortPlan) -> Result<()>;

    /// Gives a domain a volume, now and at every later start. One that it has is no error.
    async fn attach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()>;

    /// Takes a volume from a domain, and comes back once a running guest has let go of it. Gone already is fine.
    async fn detach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()>;

    /// Copies what an instance's disk holds now into a new file, together with the image under it; the guest goes on.
    async fn copy_disk(&self, id: &InstanceId, to: &Path, format: DiskFormat, percent: &Percent) -> Result<()>;

    /// Removes what a copy that was broken off left inside of an instance's disk.
    async fn tidy_disk(&self, _: &InstanceId) -> Result<()> {
        Ok(())
    }

    /// Has a running guest's QEMU carry a command of QMP out, and gives its answer back, which may be a refusal.
    async fn qmp(&self, id: &InstanceId, command: &str) -> Result<String>;

    /// Destroys the domain and all that the hypervisor keeps of it.
    async fn remove(&self, id: &InstanceId) -> Result<()>;

    /// The power state of an instance; none if it has no domain.
    async fn state(&self, id: &InstanceId) -> Result<Option<PowerState>>;

    /// Every domain that an agent with this name and state directory has defined.
    async fn list(&self) -> Result<Vec<InstanceId>>;

    /// A connection to the guest's screen, speaking RFB.
    async fn screen(&self, id: &InstanceId) -> Result<UnixStream>;

    /// Whether instances may be placed here at all.
    fn runs_guests(&self) -> bool {
        true
    }

    /// Tells of instances whose power state may have changed.
    fn changes(&self) -> broadcast::Receiver<InstanceId>;
}
