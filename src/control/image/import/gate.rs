//! What may be reached: which hosts by their name, and which addresses whatever their name.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::hosts::ImportHosts;
use super::place::{Place, place, plain};

/// How names become addresses, and where those lead.
pub trait Surroundings: Send + Sync {
    /// The addresses that a name has now.
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;

    /// Where an address leads.
    fn place(&self, address: IpAddr) -> Place;
}

/// Those of this machine.
pub struct Here;

impl Surroundings for Here {
    fn resolve(&self, name: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    }

    fn place(&self, address: IpAddr) -> Place {
        match is_own(plain(address)) {
            // What listens there may take this machine for a friend.
            Ok(true) => Place::Never("an address of this machine"),
            Ok(false) => place(address),
            Err(_) => Place::Never("what cannot be told from an address of this machine"),
        }
    }
}

fn is_own(address: IpAddr) -> nix::Result<bool> {
    let of = |own: &nix::sys::socket::SockaddrStorage| match (own.as_sockaddr_in(), own.as_sockaddr_in6()) {
        (Some(four), _) => Some(IpAddr::V4(four.ip())),
        (_, Some(six)) => Some(IpAddr::V6(six.ip())),
        _ => None,
    };
    let mut interfaces = nix::ifaddrs::getifaddrs()?;
    Ok(interfaces.any(|interface| interface.address.as_ref().and_then(of) == Some(address)))
}

/// Why something may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

/// Keeps fetches from where they may not go. As the HTTP client's own resolver it decides on the very addresses that
/// are connected to: a name that leads elsewhere the next time gains nothing by it.
#[derive(Clone)]
pub struct Gate {
    hosts: Arc<ImportHosts>,
    surroundings: Arc<dyn Surroundings>,
}

impl Gate {
    pub fn new(hosts: ImportHosts, surroundings: Arc<dyn Surroundings>) -> Self {
        Self { hosts: hosts.into(), surroundings }
    }

    /// Whether something may be fetched from an address as far as can be seen in it: all of it but where a name leads.
    ///
    /// # Errors
    /// Why not.
    pub fn check(&self, url: &Url) -> Result<(), Refused> {
        let no = |why: &str| Err(Refused(why.to_owned()));
        if !matches!(url.scheme(), "http" | "https") {
            return no("only http and https are fetched");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return no("an address with a user name or password in it is not fetched: the image would tell it");
        }
        let Some(host) = url.host_str() else { return no("it names no host") };
        if !self.hosts.permit(host) {
            return Err(Refused(format!("the setting image_import does not allow {host}")));
        }
        // The client connects to an address without asking the resolver.
        match host.trim_matches(['[', ']']).parse() {
            Ok(address) => self.admit(host, address),
            Err(_) => Ok(()),
        }
    }

    fn admit(&self, host: &str, address: IpAddr) -> Result<(), Refused> {
        match self.surroundings.place(address) {
            Place::World => Ok(()),
            Place::Private if self.hosts.name(host) => Ok(()),
            Place::Private => {
                Err(Refused(format!("{host} is in a private network, and image_import does not name it")))
            }
            Place::Never(what) => Err(Refused(format!("{host} is {what}"))),
        }
    }

    /// Those of a name's addresses that may be reached.
    async fn admitted(&self, name: &str) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
        let (mut admitted, mut refused) = (Vec::new(), None);
        for address in self.surroundings.resolve(name.to_owned()).await? {
            match self.admit(name, address) {
                // The client puts the port.
                Ok(()) => admitted.push(SocketAddr::new(address, 0)),
                Err(refusal) => refused = Some(refusal),
            }
        }
        match refused {
            Some(refusal) if admitted.is_empty() => Err(refusal.into()),
            _ => Ok(admitted),
        }
    }
}

impl Resolve for Gate {
    fn resolve(&self, name: Name) -> Resolving {
        let gate = self.clone();
        Box::pin(async move { Ok(Box::new(gate.admitted(name.as_str()).await?.into_iter()) as Addrs) })
    }
}
