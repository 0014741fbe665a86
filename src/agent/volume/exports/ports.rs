//! The ports at which volumes are served: few enough to be let through a firewall.

use std::collections::HashSet;
use std::fmt::{self, Display, Formatter};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::str::FromStr;

/// A range of ports, such as `6100-6299`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportPorts {
    first: u16,
    last: u16,
}

impl ExportPorts {
    /// One that nobody has at this address now and that is none of `taken`. Should somebody take it meanwhile, who
    /// listens there then says so.
    pub fn free(self, ip: IpAddr, taken: &HashSet<u16>) -> Option<SocketAddr> {
        let untaken = (self.first..=self.last).filter(|port| !taken.contains(port));
        untaken.map(|port| SocketAddr::new(ip, port)).find(|address| TcpListener::bind(address).is_ok())
    }
}

impl FromStr for ExportPorts {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let read = |port: &str| port.trim().parse::<u16>().ok().filter(|port| *port > 0);
        let ends = text.split_once('-').and_then(|(first, last)| Some((read(first)?, read(last)?)));
        match ends {
            Some((first, last)) if first <= last => Ok(Self { first, last }),
            _ => Err(format!("{text:?}: must be two ports such as 6100-6299, the lower one first")),
        }
    }
}

impl Display for ExportPorts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_has_two_ports_in_order() {
        assert_eq!("6100-6299".parse::<ExportPorts>().unwrap().to_string(), "6100-6299");
        for odd in ["", "6100", "6299-6100", "0-5", "1-70000", "a-b"] {
            assert!(odd.parse::<ExportPorts>().is_err(), "{odd}");
        }
    }

    #[test]
    fn neither_a_port_that_is_promised_nor_one_that_is_listened_at_is_free() {
        let ip = IpAddr::from([127, 0, 0, 1]);
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let ports = ExportPorts { first: port, last: port };
        assert_eq!(ports.free(ip, &HashSet::new()), None);
        drop(listener);
        assert_eq!(ports.free(ip, &HashSet::new()), Some(SocketAddr::new(ip, port)));
        assert_eq!(ports.free(ip, &HashSet::from([port])), None);
    }
}
