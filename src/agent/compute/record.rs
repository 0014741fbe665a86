//! What the agent remembers of a domain, so that it can be started again without the user's token.

use tokio::fs;

use super::hypervisor::Domain;
use crate::agent::files::{io_error, names_in, write_whole};
use crate::agent::layout::Layout;
use crate::model::{Error, InstanceId, Reason, Result, VolumeId};

/// Writes a domain down beside its disk.
///
/// # Errors
/// When the file cannot be written.
pub async fn store(layout: &Layout, domain: &Domain) -> Result<()> {
    let text = serde_json::to_vec_pretty(domain).map_err(Error::internal)?;
    write_whole(&layout.domain(&domain.id), &text).await
}

/// Reads a domain back.
///
/// # Errors
/// When this host has none, or cannot read it.
pub async fn load(layout: &Layout, id: &InstanceId) -> Result<Domain> {
    let path = layout.domain(id);
    match fs::read(&path).await {
        Ok(text) => serde_json::from_slice(&text).map_err(Error::internal),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Err(Reason::HypervisorRefused { why: format!("no machine of instance {id} is left on this host") }.into())
        }
        Err(error) => Err(io_error(&path, error)),
    }
}

/// The instances on this host whose domains have a volume, running or not.
///
/// # Errors
/// When a description cannot be read.
pub async fn users_of(layout: &Layout, volume: &VolumeId) -> Result<Vec<InstanceId>> {
    let mut users = Vec::new();
    for name in names_in(&layout.instances()).await? {
        let id = InstanceId::from(name);
        if !fs::try_exists(layout.domain(&id)).await.unwrap_or_default() {
            continue;
        }
        let domain = load(layout, &id).await?;
        if domain.volumes.iter().any(|other| other.volume_id == *volume) {
            users.push(id);
        }
    }
    Ok(users)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_an_earlier_agent_wrote_down_is_still_read() {
        let state = tempfile::tempdir().unwrap();
        let layout = Layout::new(state.path().into());
        let id = InstanceId::from("d81ae412-09cd-4a35-bd63-db74d8846f17");
        layout.prepare().await.unwrap();
        layout.prepare_instance(&id).await.unwrap();
        let text = format!(
            r#"{{"id":"{id}","name":"instance-0000002a","title":"web","vcpus":1,"ram_mb":64,"disk":"/d/disk",
                "console_log":"/d/console.log","ports":[]}}"#
        );
        fs::write(layout.domain(&id), text).await.unwrap();
        let domain = load(&layout, &id).await.unwrap();
        assert_eq!((domain.config_drive, domain.disk), (None, Some("/d/disk".into())));
        assert_eq!(domain.volumes, []);
    }
}
