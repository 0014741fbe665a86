//! QEMU processes, spoken to in QMP (<https://www.qemu.org/docs/master/interop/qemu-qmp-ref.html>).

use std::path::Path;

use async_trait::async_trait;
use serde_json::{Value, json};

use super::backend::Monitors;
use crate::agent::compute::{Host, Hypervisor, users_of};
use crate::agent::files::{disk_full, says_disk_full};
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Reason, Result, VolumeId};

/// A QEMU process.
#[async_trait]
pub trait Monitor: Send + Sync {
    /// Has it carry a command out; the answer is QMP's whole object, which may be its refusal.
    async fn tell(&self, command: &Value) -> Result<Value>;
}

/// The QEMU process of a running guest.
struct Guest<'a> {
    hypervisor: &'a dyn Hypervisor,
    id: InstanceId,
}

#[async_trait]
impl Monitor for Guest<'_> {
    async fn tell(&self, command: &Value) -> Result<Value> {
        let answer = self.hypervisor.qmp(&self.id, &command.to_string()).await?;
        serde_json::from_str(&answer).map_err(Error::internal)
    }
}

/// The QEMU processes on this host that may have a volume's data open.
///
/// # Errors
/// When the hypervisor does not say which guests run.
pub async fn of_volume<'a>(host: &'a Host, id: &VolumeId) -> Result<Vec<Box<dyn Monitor + 'a>>> {
    let mut monitors: Vec<Box<dyn Monitor + 'a>> = Vec::new();
    for instance in users_of(&host.layout, id).await? {
        monitors.extend(of_guest(&*host.hypervisor, &instance).await?);
    }
    if let Some(daemon) = host.volumes.exports.monitor(id).await? {
        monitors.push(daemon);
    }
    Ok(monitors)
}

/// The QEMU process of a guest, if it runs.
///
/// # Errors
/// When the hypervisor does not say whether it does.
pub async fn of_guest<'a>(hypervisor: &'a dyn Hypervisor, id: &InstanceId) -> Result<Option<Box<dyn Monitor + 'a>>> {
    let runs = matches!(hypervisor.state(id).await?, Some(PowerState::Running | PowerState::Paused));
    Ok(runs.then(|| Box::new(Guest { hypervisor, id: id.clone() }) as Box<dyn Monitor>))
}

/// A disk's data as the QEMU process knows them that has them open.
pub struct Node<'a> {
    monitor: &'a dyn Monitor,
    name: String,
    /// Its guest can only read it, so nobody can change it meanwhile.
    read_only: bool,
    /// For errors.
    path: &'a Path,
}

impl<'a> Node<'a> {
    /// The node that `is_it`, in whichever process has it; none if none has. Errors call it `path`.
    ///
    /// # Errors
    /// When a process does not answer.
    pub async fn find(
        path: &'a Path,
        is_it: impl Fn(&Value) -> bool,
        monitors: &'a Monitors<'_>,
    ) -> Result<Option<Self>> {
        for monitor in monitors {
            let nodes = execute(&**monitor, "query-named-block-nodes", json!({ "flat": true }), path).await?;
            let found = nodes.as_array().into_iter().flatten().find(|node| is_it(node));
            if let Some((name, node)) = found.and_then(|node| Some((node["node-name"].as_str()?, node))) {
                let read_only = node["ro"].as_bool().unwrap_or_default();
                return Ok(Some(Self { monitor: &**monitor, name: name.to_owned(), read_only, path }));
            }
        }
        Ok(None)
    }

    /// Itself, to be changed.
    ///
    /// # Errors
    /// [`Reason::VolumeCannot`] while its guest can only read it.
    pub fn writable(self) -> Result<Self> {
        if !self.read_only {
            return Ok(self);
        }
        let why = "its instance can only read it, and keeps others from writing to it; detach it first".to_owned();
        Err(Reason::VolumeCannot { what: "Changing the volume".to_owned(), why }.into())
    }

    /// Gives it a size in bytes; the guest is told.
    ///
    /// # Errors
    /// [`Reason::DiskFull`], or what QEMU says.
    pub async fn resize(&self, bytes: u64) -> Result<()> {
        self.execute("block_resize", json!({ "node-name": self.name, "size": bytes })).await
    }

    /// Takes an internal snapshot.
    ///
    /// # Errors
    /// As [`Node::resize`].
    pub async fn snapshot(&self, snapshot: &str) -> Result<()> {
        self.execute("blockdev-snapshot-internal-sync", json!({ "device": self.name, "name": snapshot })).await
    }

    /// Removes an internal snapshot.
    ///
    /// # Errors
    /// As [`Node::resize`].
    pub async fn delete_snapshot(&self, snapshot: &str) -> Result<()> {
        self.execute("blockdev-snapshot-delete-internal-sync", json!({ "device": self.name, "name": snapshot })).await
    }

    async fn execute(&self, command: &str, arguments: Value) -> Result<()> {
        execute(self.monitor, command, arguments, self.path).await.map(drop)
    }
}

/// Whether a node is this file or device, or the format over it.
pub fn is_on(node: &Value, path: &Path) -> bool {
    let names_it = |name: &Value| name.as_str().is_some_and(|name| Path::new(name) == path);
    names_it(&node["file"]) || names_it(&node["image"]["filename"])
}

/// Has a process carry a command out that is about a file.
///
/// # Errors
/// [`Reason::DiskFull`], or what QEMU says.
pub async fn execute(monitor: &dyn Monitor, command: &str, arguments: Value, path: &Path) -> Result<Value> {
    let mut answer = monitor.tell(&json!({ "execute": command, "arguments": arguments })).await?;
    if let Some(answer) = answer.get_mut("return") {
        return Ok(answer.take());
    }
    let why = answer["error"]["desc"].as_str().unwrap_or("QEMU did not say why").to_owned();
    Err(if says_disk_full(&why) { disk_full(path) } else { Reason::HypervisorRefused { why } }.into())
}
