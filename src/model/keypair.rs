//! SSH key pairs; Arcus keeps the public half only.

use serde::{Deserialize, Serialize};

use super::{Timestamp, UserId};

/// A key pair (compute API `/os-keypairs`), owned by a user, not by a project.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Keypair {
    pub user_id: UserId,
    pub name: String,
    /// `ssh` is the only kind so far.
    pub kind: String,
    /// One line in OpenSSH's format.
    pub public_key: String,
    /// MD5 of the key blob in colon form, as Nova shows it.
    pub fingerprint: String,
    pub created_at: Timestamp,
    /// The compute API's number for it.
    #[serde(default)]
    pub number: i64,
}

/// A freshly generated key pair; the private half is shown once and never stored.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct GeneratedKeypair {
    pub keypair: Keypair,
    /// OpenSSH PEM text.
    pub private_key: String,
}

impl std::fmt::Debug for GeneratedKeypair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeneratedKeypair").field("keypair", &self.keypair).finish_non_exhaustive()
    }
}
