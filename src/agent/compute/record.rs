//! What the agent remembers of a domain, so that it can be started again without the user's token.

use std::io::ErrorKind;

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
    let why = || format!("no machine of instance {id} is left on this host");
    find(layout, id).await?.ok_or_else(|| Reason::HypervisorRefused { why: why() }.into())
}

/// The instances on this host whose domains have a volume, running or not.
///
/// # Errors
/// When a description cannot be read.
pub async fn users_of(layout: &Layout, volume: &VolumeId) -> Result<Vec<InstanceId>> {
    let mut users = Vec::new();
    for id in names_in(&layout.instances()).await?.into_iter().map(InstanceId::from) {
        let domain = find(layout, &id).await?;
        if domain.is_some_and(|domain| domain.volumes.iter().any(|other| other.volume_id == *volume)) {
            users.push(id);
        }
    }
    Ok(users)
}

async fn find(layout: &Layout, id: &InstanceId) -> Result<Option<Domain>> {
    let path = layout.domain(id);
    match fs::read(&path).await {
        Ok(text) => Ok(Some(serde_json::from_slice(&text).map_err(Error::internal)?)),
        // A file system's own directories, or a file in the way of one, hold no domain either.
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(io_error(&path, error)),
    }
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
