//! What keeps a host's volumes.

use super::Config;
use crate::agent::{Ceph, ExportPorts, VolumeBackend};

impl Config {
    /// What keeps this host's volumes, as `volume_backend` says.
    ///
    /// # Errors
    /// A sentence that names the setting at fault.
    pub fn volumes_in(&self) -> Result<VolumeBackend, String> {
        match self.volume_backend.as_str() {
            "file" => Ok(VolumeBackend::File),
            "rbd" => {
                word("rbd_pool", &self.rbd_pool)?;
                // Images of volumes bear it.
                word("host", &self.host)?;
                Ok(VolumeBackend::Rbd { pool: self.rbd_pool.clone() })
            }
            "lvm" => {
                word("lvm_volume_group", &self.lvm_volume_group)?;
                word("lvm_thin_pool", &self.lvm_thin_pool)?;
                Ok(VolumeBackend::Lvm { group: self.lvm_volume_group.clone(), pool: self.lvm_thin_pool.clone() })
            }
            other => Err(format!("volume_backend = {other:?}: choose one of file, lvm, rbd")),
        }
    }

    /// The ports at which this host serves volumes to instances of others, as `volume_ports` says.
    ///
    /// # Errors
    /// A sentence that shows what it should be.
    pub fn export_ports(&self) -> Result<ExportPorts, String> {
        self.volume_ports.parse().map_err(|wrong| format!("volume_ports = {wrong}"))
    }

    /// How this host reaches a Ceph cluster, as the settings `rbd_…` say.
    ///
    /// # Errors
    /// A sentence that names the setting at fault.
    pub fn ceph(&self) -> Result<Ceph, String> {
        let user = (!self.rbd_user.is_empty()).then_some(&self.rbd_user);
        if let Some(user) = user {
            word("rbd_user", user)?;
            if let Some(name) = user.strip_prefix("client.") {
                return Err(format!("rbd_user = {user:?}: say {name:?}, without the client. before it"));
            }
        }
        let keyring = match user {
            Some(user) if self.rbd_keyring.as_os_str().is_empty() => {
                format!("/etc/ceph/ceph.client.{user}.keyring").into()
            }
            _ => self.rbd_keyring.clone(),
        };
        Ok(Ceph { conf: self.rbd_conf.clone(), user: user.cloned(), keyring })
    }
}

/// What can stand in the name of an image or of a logical volume.
fn word(setting: &str, text: &str) -> Result<(), String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if !text.is_empty() && text.chars().all(fits) {
        return Ok(());
    }
    Err(format!("{setting} = {text:?}: where volumes lie it must be letters, digits, '.', '_' and '-'"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rbd() -> Config {
        Config { volume_backend: "rbd".into(), host: "host1".into(), ..Config::default() }
    }

    #[test]
    fn volumes_lie_in_files_unless_a_pool_is_named() {
        assert_eq!(Config::default().volumes_in().unwrap(), VolumeBackend::File);
        assert_eq!(rbd().volumes_in().unwrap(), VolumeBackend::Rbd { pool: "volumes".into() });
        let wrong = [
            (Config { volume_backend: "tape".into(), ..rbd() }, "volume_backend"),
            (Config { rbd_pool: "a/b".into(), ..rbd() }, "rbd_pool"),
            (Config { volume_backend: "lvm".into(), lvm_thin_pool: String::new(), ..rbd() }, "lvm_thin_pool"),
            (Config { host: "host@1".into(), ..rbd() }, "host"),
        ];
        for (config, setting) in wrong {
            assert!(config.volumes_in().unwrap_err().starts_with(setting));
        }
    }

    #[test]
    fn a_user_s_keyring_is_where_ceph_keeps_it_unless_the_settings_say_otherwise() {
        let of =
            |user: &str, keyring: &str| Config { rbd_user: user.into(), rbd_keyring: keyring.into(), ..rbd() }.ceph();
        assert_eq!(of("arcus", "").unwrap().keyring, std::path::Path::new("/etc/ceph/ceph.client.arcus.keyring"));
        assert_eq!(of("arcus", "/k").unwrap().keyring, std::path::Path::new("/k"));
        assert_eq!(of("", "").unwrap().user, None);
        assert!(of("client.arcus", "").unwrap_err().contains("\"arcus\""));
    }
}
