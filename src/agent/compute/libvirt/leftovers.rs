//! What a libvirtd that died while it gave a disk to a guest, or took one, left in QEMU: it does not know of it any more, and
//! QEMU keeps the data to itself.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::Libvirt;
use super::device::{ASK_EVERY, LET_GO_WITHIN, LOOK_EVERY};
use crate::agent::compute::hypervisor::{DiskSource, DomainVolume};
use crate::agent::volume::monitor::{Monitor, execute, is_on, of_guest};
use crate::model::{InstanceId, Reason, Result};

/// Nodes are open one over the other, and the upper ones go first.
const DEEPEST: usize = 4;

/// Takes from a running guest's QEMU what it has of a volume that libvirt does not know of. Nothing there is fine.
///
/// # Errors
/// When the guest does not let go of the device, or QEMU of the data.
pub async fn remove(libvirt: &Libvirt, id: &InstanceId, volume: &DomainVolume) -> Result<()> {
    let Some(monitor) = of_guest(libvirt, id).await? else { return Ok(()) };
    let qemu = Qemu { monitor: &*monitor, path: libvirt.layout.instance(id) };
    let nodes = qemu.nodes_of(&volume.source).await?;
    if nodes.is_empty() {
        return Ok(());
    }
    tracing::info!(instance = %id, volume = %volume.volume_id, "removing what a libvirtd that died left of it in QEMU");
    qemu.remove_device(&nodes).await?;
    qemu.remove_nodes(nodes).await
}

struct Qemu<'a> {
    monitor: &'a dyn Monitor,
    /// For errors.
    path: PathBuf,
}

impl Qemu<'_> {
    async fn ask(&self, command: &str, arguments: Value) -> Result<Value> {
        execute(self.monitor, command, arguments, &self.path).await
    }

    async fn nodes_of(&self, source: &DiskSource) -> Result<HashSet<String>> {
        let nodes = self.ask("query-named-block-nodes", json!({ "flat": true })).await?;
        let ours = nodes.as_array().into_iter().flatten().filter(|node| is_of(node, source));
        Ok(ours.filter_map(|node| node["node-name"].as_str().map(str::to_owned)).collect())
    }

    /// The name of the device that has one of the nodes.
    async fn device_of(&self, nodes: &HashSet<String>) -> Result<Option<String>> {
        let devices = self.ask("query-block", json!({})).await?;
        let has = |device: &&Value| device["inserted"]["node-name"].as_str().is_some_and(|name| nodes.contains(name));
        let found = devices.as_array().into_iter().flatten().find(has);
        Ok(found.and_then(|device| device_name(device["qdev"].as_str()?)).map(str::to_owned))
    }

    async fn remove_device(&self, nodes: &HashSet<String>) -> Result<()> {
        let began = Instant::now();
        let mut ask_at = began;
        while let Some(device) = self.device_of(nodes).await? {
            if began.elapsed() >= LET_GO_WITHIN {
                let why = format!("the guest does not let go of {device}, which libvirt does not know; stop it first");
                return Err(Reason::HypervisorRefused { why }.into());
            }
            if Instant::now() >= ask_at {
                // Refused while the guest still thinks about the one before.
                if let Err(error) = self.ask("device_del", json!({ "id": device })).await {
                    tracing::debug!(device, %error, "QEMU does not ask the guest");
                }
                ask_at = Instant::now() + ASK_EVERY;
            }
            sleep(LOOK_EVERY).await;
        }
        Ok(())
    }

    async fn remove_nodes(&self, nodes: HashSet<String>) -> Result<()> {
        let mut left: Vec<String> = nodes.into_iter().collect();
        let mut refused = Ok(());
        for _ in 0..DEEPEST {
            let mut kept = Vec::new();
            for node in left {
                if let Err(error) = self.ask("blockdev-del", json!({ "node-name": node })).await {
                    refused = Err(error);
                    kept.push(node);
                }
            }
            if kept.is_empty() {
                return Ok(());
            }
            left = kept;
            sleep(Duration::from_millis(20)).await;
        }
        refused
    }
}

/// Whether a node is a volume's data, or something over it.
fn is_of(node: &Value, source: &DiskSource) -> bool {
    // In the midst of what QEMU makes a name of; nothing else is called so.
    let names = [&node["file"], &node["image"]["filename"]].map(|name| name.as_str().unwrap_or_default());
    let is_named = |name: &str| names.iter().any(|whole| whole.contains(name));
    match source {
        DiskSource::Qcow2 { path } | DiskSource::Block { path } => is_on(node, path),
        DiskSource::Nbd { export, .. } => is_named(export),
        DiskSource::Rbd { image, .. } => is_named(image),
    }
}

/// `virtio-disk1` of `/machine/peripheral/virtio-disk1/virtio-backend`.
fn device_name(path: &str) -> Option<&str> {
    path.strip_prefix("/machine/peripheral/")?.split('/').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_known_by_what_they_are_of() {
        let of = |name: &str| json!({ "node-name": "libvirt-3-format", "file": name, "image": { "filename": name } });
        let file = DiskSource::Qcow2 { path: "/pool/1.qcow2".into() };
        assert!(is_of(&of("/pool/1.qcow2"), &file) && !is_of(&of("/pool/11.qcow2"), &file));
        let served = DiskSource::Nbd { host: "192.0.2.7".into(), port: 6100, export: "0b9f".into() };
        assert!(is_of(&of("nbd://192.0.2.7:6100/0b9f"), &served) && !is_of(&of("nbd://192.0.2.7:6100/0b9e"), &served));
    }

    #[test]
    fn devices_are_known_by_their_path() {
        assert_eq!(device_name("/machine/peripheral/virtio-disk1/virtio-backend"), Some("virtio-disk1"));
        assert_eq!(device_name("/machine/unattached/device[3]"), None);
    }
}
