//! The way to guests' screens: one door, and a pass that is good once.

mod door;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};

pub use self::door::{ConsoleAt, ConsolePort};
use self::door::{Door, Visitor};
use super::Host;
use crate::bus::contract::{CONSOLE_GREETING, ConsoleAddress, ConsoleStream};
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Reason, Result};

/// How long a pass is good, and how long a visitor may take to show it.
const PASS_LIVES: Duration = Duration::from_secs(10);
/// Longer than any pass.
const MAX_PASS: usize = 128;

/// The passes to this host's consoles.
pub struct Consoles {
    host: Arc<Host>,
    address: ConsoleAddress,
    passes: Mutex<HashMap<String, (InstanceId, Instant)>>,
}

impl Consoles {
    /// Opens the door, at a port if other machines are to come in; [`Consoles::serve`] answers at it.
    ///
    /// # Errors
    /// When that is not possible, with what to do.
    pub async fn open(host: Arc<Host>, port: Option<&ConsolePort>, api_url: &str) -> Result<(Arc<Self>, Door)> {
        let door = match port {
            Some(port) => Door::tcp(port, api_url).await?,
            None => Door::unix(host.layout.console_socket()).await?,
        };
        Ok((Arc::new(Self { host, address: door.address(), passes: Mutex::default() }), door))
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
        Ok(ConsoleStream { at: self.address.clone(), pass })
    }

    /// Lets visitors in, for ever.
    pub async fn serve(self: Arc<Self>, door: Door) {
        loop {
            match door.accept().await {
                Ok(visitor) => {
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

    async fn receive(&self, mut visitor: Visitor) -> Result<()> {
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

/// Greets, and reads the first line and not a byte of what follows it.
async fn read_pass(visitor: &mut Visitor) -> std::io::Result<String> {
    visitor.write_all(CONSOLE_GREETING).await?;
    let mut pass = Vec::new();
    while pass.len() < MAX_PASS {
        match visitor.read_u8().await? {
            b'\n' => break,
            byte => pass.push(byte),
        }
    }
    Ok(String::from_utf8_lossy(&pass).into_owned())
}
