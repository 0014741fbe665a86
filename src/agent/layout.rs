//! Where the agent's files are below its state directory.

use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use tokio::fs;

use super::files::io_error;
use crate::model::{InstanceId, NetworkId, Result};

/// The paths below one state directory.
#[derive(Debug, Clone)]
pub struct Layout {
    root: PathBuf,
}

impl Layout {
    /// The paths below `root`, which is created by [`Layout::prepare`].
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// The state directory itself.
    pub fn root(&self) -> &Path {
        &self.root
    }
    /// What the agent of `host` with this state directory marks its domains, taps and bridges with, so that several
    /// agents on one machine leave each other's alone. 16 hex digits.
    pub fn mark(&self, host: &str) -> String {
        let digest = Sha256::new().chain_update(host).chain_update([0]).chain_update(self.root.as_os_str().as_bytes());
        hex::encode(&digest.finalize()[..8])
    }
    /// One directory per instance.
    pub fn instances(&self) -> PathBuf {
        self.root.join("instances")
    }
    /// All of one instance: its disk, console log and description.
    pub fn instance(&self, id: &InstanceId) -> PathBuf {
        self.instances().join(id.as_str())
    }
    /// An instance's disk: a qcow2 overlay over [`Layout::base`].
    pub fn disk(&self, id: &InstanceId) -> PathBuf {
        self.instance(id).join("disk")
    }
    /// The image under an instance's disk: another name (hard link) of a file in the cache.
    pub fn base(&self, id: &InstanceId) -> PathBuf {
        self.instance(id).join("base")
    }
    /// What the guest wrote on its serial port.
    pub fn console_log(&self, id: &InstanceId) -> PathBuf {
        self.instance(id).join("console.log")
    }
    /// What an instance may know of itself, on a disk for it to read.
    pub fn config_drive(&self, id: &InstanceId) -> PathBuf {
        self.instance(id).join("disk.config")
    }
    /// The domain as the agent defined it.
    pub fn domain(&self, id: &InstanceId) -> PathBuf {
        self.instance(id).join("domain.json")
    }
    /// Block volumes, one file each.
    pub fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }
    /// Downloaded images, by SHA-256.
    pub fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }
    /// Disks on their way to the image service.
    pub fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }
    /// One directory per network that has DHCP on this host.
    pub fn dhcp(&self) -> PathBuf {
        self.root.join("dhcp")
    }
    /// A network's DHCP files.
    pub fn dhcp_of(&self, network: &NetworkId) -> PathBuf {
        self.dhcp().join(network.as_str())
    }
    /// Files of the name server of the host's own network.
    pub fn name_forwarder(&self) -> PathBuf {
        self.root.join("names")
    }
    /// One file per router that is on this host.
    pub fn routers(&self) -> PathBuf {
        self.root.join("routers")
    }
    /// Sockets.
    pub fn run(&self) -> PathBuf {
        self.root.join("run")
    }
    /// Where consoles are reached.
    pub fn console_socket(&self) -> PathBuf {
        self.run().join("console.sock")
    }

    /// Creates the directories. QEMU and dnsmasq run as users of their own and pass through, but cannot list.
    ///
    /// # Errors
    /// When one cannot be created.
    pub async fn prepare(&self) -> Result<()> {
        create(&self.root, None).await?;
        let mode = fs::metadata(&self.root).await.map_err(|error| io_error(&self.root, error))?.permissions().mode();
        set_mode(&self.root, mode | 0o011).await?;
        create(&self.instances(), Some(0o711)).await?;
        create(&self.volumes(), Some(0o711)).await?;
        create(&self.dhcp(), Some(0o711)).await?;
        create(&self.routers(), Some(0o711)).await?;
        create(&self.cache(), Some(0o711)).await?;
        create(&self.uploads(), Some(0o700)).await?;
        create(&self.run(), Some(0o700)).await
    }

    /// Creates an instance's directory.
    ///
    /// # Errors
    /// When it cannot be created.
    pub async fn prepare_instance(&self, id: &InstanceId) -> Result<()> {
        create(&self.instance(id), Some(0o711)).await
    }
}

async fn create(directory: &Path, mode: Option<u32>) -> Result<()> {
    fs::create_dir_all(directory).await.map_err(|error| io_error(directory, error))?;
    match mode {
        Some(mode) => set_mode(directory, mode).await,
        None => Ok(()),
    }
}

async fn set_mode(path: &Path, mode: u32) -> Result<()> {
    let permissions = std::fs::Permissions::from_mode(mode);
    fs::set_permissions(path, permissions).await.map_err(|error| io_error(path, error))
}
