//! A dnsmasq that only passes questions about names on to the host's own name servers.

use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::net::UdpSocket;

use super::process::Process;
use crate::agent::command::run;
use crate::agent::files::{self, io_error};
use crate::model::Result;

/// The forwarder whose files are in a directory.
pub struct Forwarder {
    directory: PathBuf,
}

impl Forwarder {
    /// It may run already, or not.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Makes it answer at this address of the host, unless somebody else does already.
    ///
    /// # Errors
    /// When dnsmasq does not start.
    pub async fn ensure(&self, address: Ipv4Addr) -> Result<()> {
        let arguments = arguments(&self.directory, address);
        match Process::find(&self.directory.join("pid")).await {
            Some(process) if process.runs_with(&arguments) => return Ok(()),
            Some(process) => process.stop().await,
            // Such as that of another Arcus on this machine, which shares the bridge.
            None if is_taken(address).await => return Ok(()),
            None => {}
        }
        fs::create_dir_all(&self.directory).await.map_err(|error| io_error(&self.directory, error))?;
        run("dnsmasq", &arguments).await.map(drop)
    }

    /// Stops it, if it runs.
    ///
    /// # Errors
    /// When its files cannot be removed.
    pub async fn remove(&self) -> Result<()> {
        if let Some(process) = Process::find(&self.directory.join("pid")).await {
            process.stop().await;
        }
        files::remove(&self.directory).await
    }
}

/// It listens on that one address, and takes the host's name servers from where the host itself does.
fn arguments(directory: &Path, address: Ipv4Addr) -> Vec<String> {
    vec![
        "--conf-file=/dev/null".to_owned(),
        "--no-hosts".into(),
        "--user=nobody".into(),
        "--bind-interfaces".into(),
        format!("--listen-address={address}"),
        // Names without a dot, and addresses of private networks, are nobody's business outside.
        "--domain-needed".into(),
        "--bogus-priv".into(),
        format!("--pid-file={}", directory.join("pid").display()),
    ]
}

async fn is_taken(address: Ipv4Addr) -> bool {
    let tried = UdpSocket::bind((address, 53)).await;
    tried.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_listens_on_one_address_and_gives_no_addresses_out() {
        let arguments = arguments(Path::new("/s/dns"), Ipv4Addr::new(172, 24, 4, 1));
        assert!(arguments.contains(&"--listen-address=172.24.4.1".to_owned()));
        assert!(arguments.contains(&"--bind-interfaces".to_owned()));
        assert!(!arguments.iter().any(|argument| argument.contains("dhcp")));
    }
}
