//! Console access.

use serde::{Deserialize, Serialize};

use super::Timestamp;

/// A one-time pass to an instance's console; the secret is shown once and stored hashed.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsoleTicket {
    /// UUID text; goes into the WebSocket's address.
    pub token: String,
    pub expires_at: Timestamp,
}

impl std::fmt::Debug for ConsoleTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConsoleTicket").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
