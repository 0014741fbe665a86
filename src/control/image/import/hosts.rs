//! The hosts that images may be fetched from, as the setting `image_import` names them.

use std::net::IpAddr;

/// Host names and patterns. None of them: images are not fetched from anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportHosts(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// `*`
    Any,
    /// `*.example.org`, kept as `.example.org`: whatever is below it.
    Below(String),
    /// `images.example.org`, or an address.
    One(String),
}

impl ImportHosts {
    /// Reads a list such as `cloud.debian.org, *.ubuntu.com, 10.0.0.5`.
    ///
    /// # Errors
    /// A sentence that names the entry at fault.
    pub fn parse(list: &str) -> Result<Self, String> {
        let entries = list.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries.map(Pattern::parse).collect::<Result<_, _>>().map(Self)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether images may be fetched from a host of that name or address.
    pub fn permit(&self, host: &str) -> bool {
        let host = normal(host);
        self.0.iter().any(|pattern| match pattern {
            Pattern::Any => true,
            Pattern::Below(end) => host.len() > end.len() && host.ends_with(end),
            Pattern::One(name) => *name == host,
        })
    }

    /// Whether that very host is named, not just a pattern that it fits.
    pub fn name(&self, host: &str) -> bool {
        self.0.contains(&Pattern::One(normal(host)))
    }
}

impl Pattern {
    fn parse(entry: &str) -> Result<Self, String> {
        let one = normal(entry);
        if one == "*" {
            return Ok(Self::Any);
        }
        if one.parse::<IpAddr>().is_ok() {
            return Ok(Self::One(one));
        }
        let (name, below) = match one.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (one.as_str(), false),
        };
        let is_name = |label: &str| {
            !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        };
        if !name.split('.').all(is_name) {
            return Err(format!(
                "image_import: {entry:?} must be a host name, an address, *.DOMAIN for every host below it, or * for any"
            ));
        }
        Ok(if below { Self::Below(format!(".{name}")) } else { Self::One(one) })
    }
}

/// As names are compared: without case, the dot of the root, and the brackets of an address in a URL.
fn normal(host: &str) -> String {
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    match host.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_patterns_and_addresses_are_told_apart() {
        let hosts = ImportHosts::parse("cloud.Debian.org, *.ubuntu.com,10.0.0.5, [fd00:0::1]").expect("a list");
        for host in ["cloud.debian.org", "CLOUD.debian.org.", "a.ubuntu.com", "b.a.ubuntu.com", "10.0.0.5", "[fd00::1]"]
        {
            assert!(hosts.permit(host), "{host}");
        }
        for host in ["debian.org", "xcloud.debian.org", "ubuntu.com", "xubuntu.com", "10.0.0.6", "fd00::2", ""] {
            assert!(!hosts.permit(host), "{host}");
        }
        assert!(hosts.name("cloud.debian.org") && hosts.name("10.0.0.5") && !hosts.name("a.ubuntu.com"));
        let any = ImportHosts::parse("*").expect("a list");
        assert!(any.permit("10.0.0.5") && !any.name("10.0.0.5"));
        assert!(ImportHosts::parse(" , ").expect("a list").is_empty());
    }

    #[test]
    fn what_is_no_host_is_refused_by_name() {
        for entry in ["http://example.org", "example.org:80", "a*b.org", "*.*", "exa mple.org", "10.0.0.0/8", "a..b"] {
            let refusal = ImportHosts::parse(&format!("example.org, {entry}")).expect_err("a refusal");
            assert!(refusal.contains(entry), "{refusal}");
        }
    }
}
