//! Fernet tokens: sealed claims, so that issuing one writes nothing.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::Arc;

use fernet::{Fernet, MultiFernet};
use serde::{Deserialize, Serialize};

use crate::control::state_dir::unusable;
use crate::model::{ApplicationCredentialId, DomainId, Error, ProjectId, Reason, Result, Timestamp, UserId};

/// What a token holds; roles are not among it, they are read at each validation.
#[derive(Clone, Serialize, Deserialize)]
pub struct Claims {
    #[serde(rename = "u")]
    pub user: UserId,
    #[serde(rename = "p")]
    pub project: Option<ProjectId>,
    /// The domain that it is for instead.
    #[serde(rename = "d", default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<DomainId>,
    /// The application credential with which it was made.
    #[serde(rename = "c", default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<ApplicationCredentialId>,
    #[serde(rename = "m")]
    pub methods: Vec<String>,
    #[serde(rename = "i", with = "chrono::serde::ts_microseconds")]
    pub issued_at: Timestamp,
    #[serde(rename = "e", with = "chrono::serde::ts_microseconds")]
    pub expires_at: Timestamp,
    #[serde(rename = "a")]
    pub audit_id: String,
}

/// The keys that seal and open tokens.
#[derive(Clone)]
pub struct Keys(Arc<MultiFernet>);

impl Keys {
    /// Reads `tokens` in `dir`, one key a line: the first seals, all open, so a key is changed by putting a new line
    /// on top. Without the file, makes one.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn open(dir: &Path) -> Result<Self> {
        let file = dir.join("tokens");
        let text = match std::fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => make(&file)?,
            Err(error) => return Err(unusable(&file, error)),
        };
        let keys: Option<Vec<Fernet>> =
            text.lines().map(str::trim).filter(|l| !l.is_empty()).map(Fernet::new).collect();
        match keys {
            Some(keys) if !keys.is_empty() => Ok(Self(Arc::new(MultiFernet::new(keys)))),
            _ => Err(Error::from(Reason::Unavailable {
                part: file.display().to_string(),
                why: "it does not hold one Fernet key a line. Remove it to get a new one; everybody must sign in again"
                    .into(),
            })),
        }
    }

    pub fn seal(&self, claims: &Claims) -> Result<String> {
        Ok(self.0.encrypt(&serde_json::to_vec(claims).map_err(Error::internal)?))
    }

    /// None for whatever was not sealed here.
    pub fn unseal(&self, token: &str) -> Option<Claims> {
        serde_json::from_slice(&self.0.decrypt(token).ok()?).ok()
    }
}

/// Written beside and renamed, so that a full disk leaves no half a key.
fn make(file: &Path) -> Result<String> {
    let key = Fernet::generate_key();
    let new = file.with_extension("new");
    let write = || {
        let mut out = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        writeln!(out, "{key}")?;
        out.sync_all()?;
        std::fs::rename(&new, file)
    };
    write().map_err(|error| unusable(file, error))?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            user: "u".repeat(32).into(),
            project: Some("p".repeat(32).into()),
            domain: None,
            credential: Some("c".repeat(32).into()),
            methods: vec!["password".into()],
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH,
            audit_id: "a".repeat(32),
        }
    }

    #[test]
    fn tokens_outlive_a_restart_and_a_new_key_on_top() {
        let dir = tempfile::tempdir().unwrap();
        let token = Keys::open(dir.path()).unwrap().seal(&claims()).unwrap();
        assert!(token.len() <= 512, "fits a header with room to spare: {}", token.len());
        let file = dir.path().join("tokens");
        let old = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{}\n{old}", Fernet::generate_key())).unwrap();
        let keys = Keys::open(dir.path()).unwrap();
        assert_eq!(keys.unseal(&token).unwrap().audit_id, claims().audit_id);
    }

    #[test]
    fn what_was_tampered_with_or_sealed_elsewhere_is_nothing() {
        let [here, there] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let keys = Keys::open(here.path()).unwrap();
        let token = Keys::open(there.path()).unwrap().seal(&claims()).unwrap();
        assert!(keys.unseal(&token).is_none());
        assert!(keys.unseal("").is_none());
        let mut token = keys.seal(&claims()).unwrap().into_bytes();
        token[40] ^= 1;
        assert!(keys.unseal(&String::from_utf8(token).unwrap()).is_none());
    }

    #[test]
    fn a_spoilt_key_file_is_named() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("tokens"), "not a key").unwrap();
        let refusal = Keys::open(dir.path()).err().unwrap();
        assert!(refusal.to_string().contains("tokens is not available"), "{refusal}");
    }
}
