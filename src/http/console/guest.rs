//! The agent's side of a console.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpStream, UnixStream};

use crate::bus::contract::{CONSOLE_GREETING, ConsoleAddress, ConsoleBytes, ConsoleStream};
use crate::model::{Error, Reason, Result};

/// How long an agent may take to open its door and greet.
const GREETED_WITHIN: Duration = Duration::from_secs(5);

/// A guest's screen, wherever it is.
pub type Guest = Box<dyn ConsoleBytes>;

/// Goes to the agent's door, and shows the pass once it has heard that it is one.
///
/// # Errors
/// [`Reason::ConsoleUnavailable`] when there is no agent, with what to do.
pub async fn connect(stream: &ConsoleStream) -> Result<Guest> {
    let opened = async {
        let mut guest = open(&stream.at).await?;
        let mut greeting = [0; CONSOLE_GREETING.len()];
        guest.read_exact(&mut greeting).await?;
        if greeting != CONSOLE_GREETING {
            return Err(io::Error::other("whoever is there is no agent"));
        }
        guest.write_all(format!("{}\n", stream.pass).as_bytes()).await?;
        Ok(guest)
    };
    let opened = tokio::time::timeout(GREETED_WITHIN, opened).await;
    opened.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(|error| {
        let why = match (&stream.at, error.kind()) {
            (ConsoleAddress::Unix(_), io::ErrorKind::NotFound) => {
                "the host shows its guests' screens to its own machine only. Set `console_listen` there"
            }
            _ => "the host does not open the guest's screen. Try again",
        };
        Error::because(Reason::ConsoleUnavailable { why: why.to_owned() }, error)
    })
}

async fn open(at: &ConsoleAddress) -> io::Result<Guest> {
    match at {
        ConsoleAddress::Unix(socket) => Ok(Box::new(UnixStream::connect(socket).await?)),
        ConsoleAddress::Tcp(address) => {
            let guest = TcpStream::connect(address).await?;
            guest.set_nodelay(true)?;
            Ok(Box::new(guest))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    async fn stream() -> (TcpListener, ConsoleStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = ConsoleAddress::Tcp(listener.local_addr().unwrap().to_string());
        (listener, ConsoleStream { at, pass: "pass".into() })
    }

    #[tokio::test]
    async fn an_agent_is_shown_the_pass_and_anybody_else_nothing() {
        let (listener, to) = stream().await;
        let agent = async {
            let (mut visitor, _) = listener.accept().await.unwrap();
            visitor.write_all(CONSOLE_GREETING).await.unwrap();
            let mut pass = [0; 5];
            visitor.read_exact(&mut pass).await.unwrap();
            assert_eq!(&pass, b"pass\n");
        };
        let (guest, ()) = tokio::join!(connect(&to), agent);
        assert!(guest.is_ok());

        let (listener, to) = stream().await;
        let database = async {
            let (mut visitor, _) = listener.accept().await.unwrap();
            visitor.write_all(b"220 mail.example ESMTP\r\n").await.unwrap();
            let mut heard = Vec::new();
            // The reset that may come for the rest of the greeting ends it as well.
            let _ = visitor.read_to_end(&mut heard).await;
            assert_eq!(heard, b"");
        };
        let (guest, ()) = tokio::join!(async { connect(&to).await.err() }, database);
        assert!(matches!(guest.unwrap().reason, Reason::ConsoleUnavailable { .. }));
    }
}
