//! Volumes of this host's pool, served to guests on other hosts by NBD.
//!
//! Each is served by a process of its own, which outlives the agent. What it was started with stays in a file, so that
//! after its end it comes back at the same place, where guests wait for it.

mod daemon;
mod ports;

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use rand::Rng;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::fs;
use tokio::sync::Mutex;

use self::daemon::Daemon;
pub use self::ports::ExportPorts;
use super::monitor::Monitor;
use crate::agent::compute::{ConsoleAt, ConsolePort, DiskSource, way_to};
use crate::agent::files::{self, io_error, write_whole};
use crate::model::{Error, Reason, Result, VolumeId};

const SUFFIX: &str = ".export";
/// One that is younger may be for an attachment that the records are about to have.
const SETTLED_AFTER: Duration = Duration::from_secs(60);

/// The exports of this host.
pub struct Exports {
    directory: PathBuf,
    api_url: String,
    /// Where other machines reach this one, if they do.
    port: Option<ConsolePort>,
    ports: ExportPorts,
    /// Held while a port is chosen and noted.
    choosing: Mutex<()>,
}

/// An export, as it is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Export {
    pub address: SocketAddr,
    /// Random, so that who comes back to a port at which another volume is served by now is refused. It is no secret: QEMU
    /// lists its exports to whoever connects, who then reads and writes the volume. A firewall keeps others out.
    pub name: String,
}

impl Exports {
    /// The exports whose files are in a directory that exists.
    pub fn new(directory: PathBuf, api_url: String, port: Option<ConsolePort>, ports: ExportPorts) -> Self {
        Self { directory, api_url, port, ports, choosing: Mutex::new(()) }
    }

    /// Serves a volume, unless it is served already.
    ///
    /// # Errors
    /// [`Reason::VolumeCannot`] where this host's volumes cannot be served, or what the daemon says.
    pub async fn open(&self, id: &VolumeId, source: &DiskSource) -> Result<Export> {
        let node =
            daemon::node_over(source).ok_or_else(|| refused("it is neither in a file nor on a device of this host"))?;
        if let Some(export) = self.find(id).await? {
            self.keep(id, &node, &export).await?;
            return Ok(export);
        }
        let export = self.note(id).await?;
        if let Err(error) = self.serve(id, &node, &export).await {
            self.close(id).await?;
            return Err(error);
        }
        Ok(export)
    }

    /// A new export, written down. The note comes first: a process that nobody knows of would keep the volume to itself.
    async fn note(&self, id: &VolumeId) -> Result<Export> {
        let _choosing = self.choosing.lock().await;
        let ip = self.own_address().await?;
        let mut taken = HashSet::new();
        for other in self.list().await? {
            taken.extend(self.find(&other).await?.map(|export| export.address.port()));
        }
        let none_free = || refused_for(format!("every port of `volume_ports` = {} is in use", self.ports));
        let export = Export { address: self.ports.free(ip, &taken).ok_or_else(none_free)?, name: secret() };
        let text = serde_json::to_vec(&export).map_err(Error::internal)?;
        write_whole(&self.file(id), &text).await?;
        Ok(export)
    }

    /// Serves it again, at the same place, if its process is gone.
    async fn keep(&self, id: &VolumeId, node: &Value, export: &Export) -> Result<()> {
        if self.daemon(id).answers().await { Ok(()) } else { self.serve(id, node, export).await }
    }

    /// Ends an export. None there is fine.
    ///
    /// # Errors
    /// When its process does not end.
    pub async fn close(&self, id: &VolumeId) -> Result<()> {
        if self.find(id).await?.is_some() {
            self.daemon(id).end().await?;
            files::remove(&self.file(id)).await?;
        }
        Ok(())
    }

    /// The export of a volume, if it has one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn find(&self, id: &VolumeId) -> Result<Option<Export>> {
        let path = self.file(id);
        match fs::read(&path).await {
            Ok(text) => Ok(Some(serde_json::from_slice(&text).map_err(Error::internal)?)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(io_error(&path, error)),
        }
    }

    /// Every volume that has an export.
    ///
    /// # Errors
    /// When the directory cannot be read.
    pub async fn list(&self) -> Result<Vec<VolumeId>> {
        let names = files::names_in(&self.directory).await?;
        Ok(names.iter().filter_map(|name| name.strip_suffix(SUFFIX)).map(VolumeId::from).collect())
    }

    /// Whether the export has been there for long enough that the records know whom it is for.
    pub async fn is_settled(&self, id: &VolumeId) -> bool {
        let made = fs::metadata(self.file(id)).await.and_then(|found| found.modified());
        made.is_ok_and(|made| SystemTime::now().duration_since(made).is_ok_and(|age| age > SETTLED_AFTER))
    }

    /// The process that has a volume open to serve it.
    ///
    /// # Errors
    /// As [`Exports::find`].
    pub async fn monitor(&self, id: &VolumeId) -> Result<Option<Box<dyn Monitor>>> {
        let daemon = self.daemon(id);
        let is_served = self.find(id).await?.is_some() && daemon.answers().await;
        Ok(is_served.then(|| Box::new(daemon) as Box<dyn Monitor>))
    }

    /// Two attempts to serve a volume must not meet, which whoever calls sees to.
    async fn serve(&self, id: &VolumeId, node: &Value, export: &Export) -> Result<()> {
        let daemon = self.daemon(id);
        daemon.end().await?;
        daemon.start(node).await?;
        let served = daemon.serve(export).await;
        if served.is_err() {
            daemon.end().await?;
        }
        served
    }

    fn daemon(&self, id: &VolumeId) -> Daemon {
        Daemon::new(self.directory.join(format!("{id}.qmp")))
    }

    fn file(&self, id: &VolumeId) -> PathBuf {
        self.directory.join(format!("{id}{SUFFIX}"))
    }

    /// The same as for consoles: so guests and strangers find nothing on other networks.
    async fn own_address(&self) -> Result<IpAddr> {
        match &self.port {
            None => Err(refused("other machines do not reach this host; set `console_listen` to let them")),
            Some(ConsolePort { at: ConsoleAt::Address(address), .. }) if !address.ip().is_unspecified() => {
                Ok(address.ip())
            }
            Some(_) => {
                way_to(&self.api_url).await.map_err(|error| Error::because(refused_for(error.to_string()), error))
            }
        }
    }
}

fn secret() -> String {
    hex::encode(rand::rng().random::<[u8; 16]>())
}

fn refused(why: &str) -> Error {
    refused_for(why.to_owned()).into()
}

fn refused_for(why: String) -> Reason {
    Reason::VolumeCannot { what: "Serving the volume to another host".to_owned(), why }
}
