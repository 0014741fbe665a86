//! What speaks HTTP: OpenStack's REST APIs, the dashboard, live events, the console's WebSocket.

use std::path::PathBuf;

use axum::Router;
use tokio_util::sync::CancellationToken;

use crate::control::Services;

/// What the HTTP layer needs to know of its surroundings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The site directory: `pkg/` (browser half, CSS), `novnc/`, static files.
    pub assets: PathBuf,
    /// Where an upload is spooled; on the same file system as the images.
    pub state_dir: PathBuf,
    /// Whether cookies get the `Secure` attribute (set behind TLS).
    pub secure_cookies: bool,
    /// Cancelled when the server stops: open event streams and consoles end then, so that stopping need not wait.
    pub stopping: CancellationToken,
}

/// Everything on one port.
pub fn router(services: Services, settings: Settings) -> Router {
    let _ = (services, settings);
    todo!()
}
