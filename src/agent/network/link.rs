//! The kernel's network devices, by way of `ip`.

use std::io::ErrorKind;

use serde::Deserialize;
use tokio::fs;

use crate::agent::command::{run, run_with_input};
use crate::model::{Error, Reason, Result};

/// A device, as `ip -json link` shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Link {
    #[serde(rename = "ifname")]
    pub name: String,
    #[serde(default)]
    pub mtu: i64,
    #[serde(default)]
    pub master: Option<String>,
    /// A text that whoever made the device left on it.
    #[serde(rename = "ifalias", default)]
    pub alias: Option<String>,
    #[serde(default)]
    pub flags: Vec<String>,
}

impl Link {
    /// Whether it was set to carry frames.
    pub fn is_up(&self) -> bool {
        self.flags.iter().any(|flag| flag == "UP")
    }
}

/// Every device of this network namespace.
///
/// # Errors
/// When `ip` fails.
pub async fn all() -> Result<Vec<Link>> {
    let text = run("ip", &["-json", "link", "show"]).await?;
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(&text).map_err(Error::internal)
}

/// The device of that name.
pub fn find<'a>(links: &'a [Link], name: &str) -> Option<&'a Link> {
    links.iter().find(|link| link.name == name)
}

/// Runs several `ip` commands in one go; the first that fails ends it.
///
/// # Errors
/// When one of them fails.
pub async fn batch(commands: &[String]) -> Result<()> {
    run_with_input("ip", &["-batch", "-"], &lines(commands)).await.map(drop)
}

/// As [`batch`], in a network namespace.
///
/// # Errors
/// As [`batch`].
pub async fn batch_in(netns: &str, commands: &[String]) -> Result<()> {
    run_with_input("ip", &["-netns", netns, "-batch", "-"], &lines(commands)).await.map(drop)
}

fn lines(commands: &[String]) -> String {
    commands.iter().map(|command| format!("{command}\n")).collect()
}

/// Removes a device; gone already is fine.
///
/// # Errors
/// When `ip` fails for another reason.
pub async fn delete(name: &str) -> Result<()> {
    match run("ip", &["link", "delete", "dev", name]).await {
        Err(error) if says_absent(&error) => Ok(()),
        done => done.map(drop),
    }
}

fn says_absent(error: &Error) -> bool {
    let Reason::Unavailable { why, .. } = &error.reason else { return false };
    why.contains("Cannot find device") || why.contains("does not exist")
}

/// Keeps the host itself off a guests' network: without IPv6 it has no address there and believes no router there.
///
/// # Errors
/// When the kernel refuses.
pub async fn disable_ipv6(name: &str) -> Result<()> {
    let switch = format!("/proc/sys/net/ipv6/conf/{name}/disable_ipv6");
    match fs::write(&switch, "1").await {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            let why = format!("{switch}: {error}");
            Err(Error::because(Reason::Unavailable { part: "host network".into(), why }, error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_read_as_ip_prints_them() {
        let text = r#"[
            {"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"mtu":65536,"link_type":"loopback"},
            {"ifindex":7,"ifname":"tap1","flags":["BROADCAST"],"mtu":1450,"master":"brq1","ifalias":"arcus/m/i/p"},
            {"ifindex":8,"link_index":2,"ifname":"dhcp1","flags":["UP"],"mtu":1500,"link_netns":"qdhcp-1"}]"#;
        let links: Vec<Link> = serde_json::from_str(text).unwrap();
        let tap = find(&links, "tap1").unwrap();
        assert_eq!((tap.mtu, tap.master.as_deref(), tap.is_up()), (1450, Some("brq1"), false));
        assert_eq!(tap.alias.as_deref(), Some("arcus/m/i/p"));
        assert!(find(&links, "lo").unwrap().is_up());
    }
}
