//! Where visitors come in: a unix socket for this machine, or a port for others.

use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tokio::net::{TcpListener, UnixListener};

use crate::agent::compute::way::way_to;
use crate::agent::files::{self, io_error};
use crate::bus::contract::{ConsoleAddress, ConsoleBytes};
use crate::model::{Error, Reason, Result};

/// A port at which other machines reach this host's consoles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsolePort {
    pub at: ConsoleAt,
    /// What they are told instead of the address itself.
    pub announced: Option<String>,
}

/// Which address the port is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConsoleAt {
    Address(SocketAddr),
    /// The one by which this host reaches the REST APIs: so guests and strangers find nothing on other networks.
    WayToApi(u16),
}

/// Whoever comes in.
pub type Visitor = Box<dyn ConsoleBytes>;

/// Open, and nobody has come in yet.
pub enum Door {
    Unix(UnixListener, PathBuf),
    Tcp(TcpListener, String),
}

impl Door {
    /// The socket of this machine.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn unix(socket: PathBuf) -> Result<Self> {
        files::remove(&socket).await?;
        let listener = listen(&socket).map_err(|error| io_error(&socket, error))?;
        Ok(Self::Unix(listener, socket))
    }

    /// A port for other machines.
    ///
    /// # Errors
    /// When it cannot be taken, with what to do.
    pub async fn tcp(port: &ConsolePort, api_url: &str) -> Result<Self> {
        let address = match port.at {
            ConsoleAt::Address(address) => address,
            ConsoleAt::WayToApi(number) => SocketAddr::new(own_address(api_url).await?, number),
        };
        let opened = async {
            let listener = TcpListener::bind(address).await?;
            let announced = port.announced.clone().unwrap_or(listener.local_addr()?.to_string());
            Ok::<_, std::io::Error>(Self::Tcp(listener, announced))
        };
        opened.await.map_err(|error| {
            let why = format!("cannot listen for consoles on {address}: {error}. Set `console_listen` to a free port");
            Error::because(Reason::ConsoleUnavailable { why }, error)
        })
    }

    /// What visitors are told.
    pub fn address(&self) -> ConsoleAddress {
        match self {
            Self::Unix(_, socket) => ConsoleAddress::Unix(socket.display().to_string()),
            Self::Tcp(_, announced) => ConsoleAddress::Tcp(announced.clone()),
        }
    }

    pub async fn accept(&self) -> std::io::Result<Visitor> {
        match self {
            Self::Unix(listener, _) => Ok(Box::new(listener.accept().await?.0)),
            Self::Tcp(listener, _) => {
                let (visitor, _) = listener.accept().await?;
                // A key stroke is a packet of its own, and must not wait for the next.
                visitor.set_nodelay(true)?;
                Ok(Box::new(visitor))
            }
        }
    }
}

fn listen(socket: &Path) -> std::io::Result<UnixListener> {
    let listener = UnixListener::bind(socket)?;
    std::fs::set_permissions(socket, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Where to listen unless the settings say so.
async fn own_address(api_url: &str) -> Result<IpAddr> {
    way_to(api_url).await.map_err(|error| {
        let why =
            format!("there is no way to `api_url` {api_url}: {error}. Set `console_listen` to an address and a port");
        Error::because(Reason::ConsoleUnavailable { why }, error)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_alone_is_at_the_address_on_the_way_to_the_apis() {
        let port = ConsolePort { at: ConsoleAt::WayToApi(0), announced: None };
        let door = Door::tcp(&port, "http://127.0.0.1:8080").await.unwrap();
        assert!(matches!(door.address(), ConsoleAddress::Tcp(at) if at.starts_with("127.0.0.1:")));
        let port = ConsolePort { announced: Some("console.example:1".into()), ..port };
        let door = Door::tcp(&port, "http://127.0.0.1:8080").await.unwrap();
        assert_eq!(door.address(), ConsoleAddress::Tcp("console.example:1".into()));
    }
}
