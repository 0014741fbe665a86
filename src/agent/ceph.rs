//! How this host reaches a Ceph cluster.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::fs;

use crate::agent::files::io_error;
use crate::model::{Error, Reason, Result};

/// Seconds after which a cluster that does not answer counts as away; Ceph's own commands would wait for minutes.
const ANSWER_WITHIN: &str = "15";

/// Which cluster, and as whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ceph {
    /// Names the monitors. QEMU's user reads it, too.
    pub conf: PathBuf,
    /// Without the `client.` before it; none where the cluster asks nobody who they are.
    pub user: Option<String>,
    /// Holds the user's key.
    pub keyring: PathBuf,
}

impl Ceph {
    /// The words with which each of Ceph's commands begins.
    pub fn arguments(&self) -> Vec<String> {
        let mut words = vec!["--conf".to_owned(), self.conf.display().to_string()];
        if let Some(user) = &self.user {
            words.extend(["--id".to_owned(), user.clone(), "--keyring".to_owned(), self.keyring.display().to_string()]);
        }
        for patience in ["--client-mount-timeout", "--rados-mon-op-timeout"] {
            words.extend([patience.to_owned(), ANSWER_WITHIN.to_owned()]);
        }
        words
    }

    /// An image, or a snapshot in it, as `qemu-img` calls it.
    pub fn qemu_name(&self, pool: &str, image: &str, snapshot: Option<&str>) -> String {
        let mut name = format!("rbd:{}/{}", escaped(pool), escaped(image));
        if let Some(snapshot) = snapshot {
            name.push('@');
            name.push_str(&escaped(snapshot));
        }
        let path = |path: &Path| escaped(&path.display().to_string());
        name.push_str(&format!(":conf={}:client_mount_timeout={ANSWER_WITHIN}", path(&self.conf)));
        if let Some(user) = &self.user {
            name.push_str(&format!(":id={}:keyring={}", escaped(user), path(&self.keyring)));
        }
        name
    }

    /// The user's key, which QEMU is given by libvirt; none without a user.
    ///
    /// # Errors
    /// [`Reason::Unavailable`] when the keyring does not have it.
    pub async fn key(&self) -> Result<Option<Vec<u8>>> {
        let Some(user) = &self.user else { return Ok(None) };
        let text = fs::read_to_string(&self.keyring).await.map_err(|error| io_error(&self.keyring, error))?;
        let key = key_of(&text, user).and_then(|key| BASE64_STANDARD.decode(key).ok());
        let missing = || -> Error {
            let why = format!("{} has no key of client.{user}", self.keyring.display());
            Reason::Unavailable { part: "Ceph".into(), why }.into()
        };
        key.map(Some).ok_or_else(missing)
    }
}

/// What would end a word of `qemu-img`'s.
fn escaped(word: &str) -> String {
    let mut escaped = String::with_capacity(word.len());
    for character in word.chars() {
        if matches!(character, '\\' | ':' | '@' | '=') {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// The key in a user's section of a keyring.
fn key_of<'a>(keyring: &'a str, user: &str) -> Option<&'a str> {
    let lines = keyring.lines().map(str::trim);
    let section = lines.skip_while(|line| *line != format!("[client.{user}]")).skip(1);
    let mut own = section.take_while(|line| !line.starts_with('['));
    own.find_map(|line| line.split_once('=').filter(|(name, _)| name.trim() == "key").map(|(_, key)| key.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYRING: &str =
        "[client.admin]\n\tkey = YWRtaW4=\n[client.arcus]\n\tkey = YXJjdXM=\n\tcaps mon = \"allow r\"\n";

    fn ceph(user: Option<&str>) -> Ceph {
        Ceph { conf: "/etc/ceph/a:b.conf".into(), user: user.map(str::to_owned), keyring: "/etc/ceph/k".into() }
    }

    #[test]
    fn a_key_is_that_of_its_own_section() {
        assert_eq!(key_of(KEYRING, "arcus"), Some("YXJjdXM="));
        assert_eq!(key_of(KEYRING, "admin"), Some("YWRtaW4="));
        assert_eq!(key_of(KEYRING, "arc"), None);
    }

    #[tokio::test]
    async fn who_has_no_key_is_told_which_file_lacks_it() {
        let directory = tempfile::tempdir().unwrap();
        let keyring = directory.path().join("keyring");
        std::fs::write(&keyring, KEYRING).unwrap();
        let as_user = |user: Option<&str>| Ceph { keyring: keyring.clone(), ..ceph(user) };
        assert_eq!(as_user(Some("arcus")).key().await.unwrap(), Some(b"arcus".to_vec()));
        assert_eq!(as_user(None).key().await.unwrap(), None);
        let refused = as_user(Some("other")).key().await.unwrap_err().to_string();
        assert!(refused.contains("client.other") && refused.contains("keyring"), "{refused}");
    }

    #[test]
    fn what_ends_a_word_is_escaped() {
        let named = ceph(Some("arcus")).qemu_name("volumes", "volume-1.host", Some("copy"));
        let expected = "rbd:volumes/volume-1.host@copy:conf=/etc/ceph/a\\:b.conf:client_mount_timeout=15:id=arcus:keyring=/etc/ceph/k";
        assert_eq!(named, expected);
        assert!(!ceph(None).qemu_name("p", "i", None).contains("id="));
    }
}
