//! The way to guests' screens: one unix socket, and a pass that is good once.

use std::collections::HashMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, copy_bidirectional};
use tokio::net::{UnixListener, UnixStream};

use super::Host;
use crate::agent::files::{self, io_error};
use crate::bus::contract::ConsoleStream;
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Reason, Result};

/// How long a pass is good, and how long a visitor may take to show it.
const PASS_LIVES: Duration = Duration::from_secs(10);
/// Longer than any pass.
const MAX_PASS: usize = 128;

/// The passes to this host's consoles.
pub struct Consoles {
    host: Arc<Host>,
    socket: PathBuf,
    passes: Mutex<HashMap<String, (InstanceId, Instant)>>,
}

impl Consoles {
    /// Opens the socket; [`Consoles::serve`] answers on it.
    ///
    /// # Errors
    /// When the socket cannot be made.
    pub async fn open(host: Arc<Host>) -> Result<(Arc<Self>, UnixListener)> {
        let socket = host.layout.console_socket();
        files::remove(&socket).await?;
        let listener = listen(&socket).map_err(|error| io_error(&socket, error))?;
        Ok((Arc::new(Self { host, socket, passes: Mutex::default() }), listener))
    }

    /// A pass to an instance's screen.
    ///
    /// # Errors
    /// [`Reason::ConsoleUnavailable`] when the instance does not run.
    pub async fn admit(&self, id: &InstanceId) -> Result<ConsoleStream> {
        match self.host.hypervisor.state(id).await? {
            Some(PowerState::Running | PowerState::Paused) => {}
            _ => return Err(Reason::ConsoleUnavailable { why: "the instance is not running".into() }.into()),
        }
        let pass = uuid::Uuid::new_v4().simple().to_string();
        let now = Instant::now();
        let mut passes = self.passes.lock().unwrap_or_else(PoisonError::into_inner);
        passes.retain(|_, (_, good_until)| *good_until > now);
        passes.insert(pass.clone(), (id.clone(), now + PASS_LIVES));
        Ok(ConsoleStream { socket: self.socket.display().to_string(), pass })
    }

    /// Lets visitors in, for ever.
    pub async fn serve(self: Arc<Self>, listener: UnixListener) {
        loop {
            match listener.accept().await {
                Ok((visitor, _)) => {
                    let consoles = self.clone();
                    tokio::spawn(async move {
                        if let Err(error) = consoles.receive(visitor).await {
                            tracing::info!(%error, "a console visitor was turned away");
                        }
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept console visitors");
                    tokio::time::sleep(Duration::from_secs(1)).await;
                }
            }
        }
    }

    async fn receive(&self, mut visitor: UnixStream) -> Result<()> {
        let pass = tokio::time::timeout(PASS_LIVES, read_pass(&mut visitor))
            .await
            .map_err(|_| Reason::Timeout { what: "the visitor".into(), seconds: PASS_LIVES.as_secs() })?
            .map_err(Error::internal)?;
        let id = self.redeem(&pass, Instant::now()).ok_or(Reason::NotAuthenticated)?;
        let mut screen = self.host.hypervisor.screen(&id).await?;
        // Either side may just go away.
        let _ = copy_bidirectional(&mut visitor, &mut screen).await;
        Ok(())
    }

    fn redeem(&self, pass: &str, now: Instant) -> Option<InstanceId> {
        let found = self.passes.lock().unwrap_or_else(PoisonError::into_inner).remove(pass);
        found.and_then(|(id, good_until)| (good_until > now).then_some(id))
    }
}

fn listen(socket: &Path) -> std::io::Result<UnixListener> {
    let listener = UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Reads the first line, and not a byte of what follows it.
async fn read_pass(visitor: &mut UnixStream) -> std::io::Result<String> {
    let mut pass = Vec::new();
    while pass.len() < MAX_PASS {
        match visitor.read_u8().await? {
            b'\n' => break,
            byte => pass.push(byte),
        }
    }
    Ok(String::from_utf8_lossy(&pass).into_owned())
}
