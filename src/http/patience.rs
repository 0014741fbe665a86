//! How long the server waits for what a client still has to send.

use std::time::Duration;

/// A limit for each thing that a client can be slow with. Whoever is slower is given up, and holds nothing.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// For the head of a request, and for the next request on an open connection.
    pub head: Duration,
    /// For the whole body of a request that is no upload.
    pub body: Duration,
    /// For the next part of an upload; the whole may take as long as it likes.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(60),
            body: Duration::from_secs(60),
            // As OpenStack's services have it: what is uploaded may have to be made first.
            silence: Duration::from_secs(15 * 60),
        }
    }
}
