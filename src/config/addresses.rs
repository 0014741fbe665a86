//! Addresses at which this machine is reached, and those of others that are trusted.

use std::net::{IpAddr, SocketAddr};

use ipnet::{IpNet, Ipv4Net};

use super::Config;
use crate::agent::{ConsoleAt, ConsolePort};

impl Config {
    /// The networks of proxies whose word counts, as `trusted_proxies` says.
    ///
    /// # Errors
    /// A sentence that names the entry at fault.
    pub fn proxies(&self) -> Result<Vec<IpNet>, String> {
        networks("trusted_proxies", &self.trusted_proxies)
    }

    /// Who may read metrics beside this machine itself, as `metrics_allow` says.
    ///
    /// # Errors
    /// A sentence that names the entry at fault.
    pub fn metrics_readers(&self) -> Result<Vec<IpNet>, String> {
        networks("metrics_allow", &self.metrics_allow)
    }

    /// Where roles other than the API tell metrics, as `metrics_listen` says; none if that is empty.
    ///
    /// # Errors
    /// A sentence that shows what it should be.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, String> {
        let read = || self.metrics_listen.parse::<SocketAddr>();
        let wrong = |_| {
            format!("metrics_listen = {:?}: must be an address and a port such as 127.0.0.1:9180", self.metrics_listen)
        };
        (!self.metrics_listen.is_empty()).then(read).transpose().map_err(wrong)
    }

    /// The host's own address on its bridge, as `host_network` says; none if that is empty.
    ///
    /// # Errors
    /// A sentence that shows what it should be.
    pub fn host_address(&self) -> Result<Option<Ipv4Net>, String> {
        if self.host_network.is_empty() {
            return Ok(None);
        }
        let read = self
            .host_network
            .parse::<Ipv4Net>()
            .ok()
            .filter(|net| net.prefix_len() <= 29 && net.addr() != net.network());
        let wrong = || {
            format!(
                "host_network = {:?}: must be an address with its prefix length, such as 172.24.4.1/24",
                self.host_network
            )
        };
        read.map(Some).ok_or_else(wrong)
    }

    /// Where this host offers consoles to other machines, as `console_listen` says; none if that is empty.
    ///
    /// # Errors
    /// A sentence that shows what it should be.
    pub fn console_port(&self) -> Result<Option<ConsolePort>, String> {
        if self.console_listen.is_empty() {
            return Ok(None);
        }
        let at = match (self.console_listen.parse::<u16>(), self.console_listen.parse::<SocketAddr>()) {
            (Ok(port), _) => ConsoleAt::WayToApi(port),
            (_, Ok(address)) => ConsoleAt::Address(address),
            _ => {
                let wrong = &self.console_listen;
                return Err(format!(
                    "console_listen = {wrong:?}: must be a port such as 6089, or an address and a port"
                ));
            }
        };
        let announced = (!self.console_address.is_empty()).then(|| self.console_address.clone());
        Ok(Some(ConsolePort { at, announced }))
    }
}

/// Addresses and networks, with commas between them.
fn networks(setting: &str, text: &str) -> Result<Vec<IpNet>, String> {
    let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
    let read = |entry: &str| entry.parse::<IpNet>().ok().or_else(|| entry.parse::<IpAddr>().ok().map(IpNet::from));
    let wrong = |entry| format!("{setting}: {entry:?} must be an address, or a network such as 10.0.0.0/24");
    entries.map(|entry| read(entry).ok_or_else(|| wrong(entry))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consoles_are_offered_at_an_address_or_on_the_way_to_the_apis() {
        let at = |listen: &str| Config { console_listen: listen.into(), ..Config::default() }.console_port();
        assert_eq!(at("").unwrap(), None);
        assert_eq!(at("6089").unwrap().unwrap().at, ConsoleAt::WayToApi(6089));
        assert_eq!(at("[::1]:1").unwrap().unwrap().at, ConsoleAt::Address("[::1]:1".parse().unwrap()));
        assert!(at("somewhere").unwrap_err().contains("6089"));
    }
}
