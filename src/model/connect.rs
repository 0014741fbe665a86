//! How a person gets into an instance.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::InstanceId;
use super::reach::{Answer, Named, Snapshot};

/// What an `ssh` command needs, and whether it would get through now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    /// None where neither the image's properties nor its name say.
    pub login: Option<Login>,
    pub key_name: Option<String>,
    /// None where no address can be reached from outside.
    pub door: Option<Door>,
    /// Whether SSH gets from the person who asks to the instance.
    pub ssh: Answer,
}

/// The account that an image comes with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Login {
    pub user: String,
    /// One that everybody knows, for the console.
    pub password: Option<String>,
}

/// An address by which an instance is reached from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Door {
    pub address: Ipv4Addr,
    /// A floating IP, and not its own.
    pub floating: bool,
    /// The network that leads there from outside.
    pub network: Named,
}

/// Distributions and the account that their cloud images come with (as each distribution documents it).
const ACCOUNTS: [(&str, &str); 16] = [
    ("cirros", "cirros"),
    ("debian", "debian"),
    ("ubuntu", "ubuntu"),
    ("fedora-coreos", "core"),
    ("coreos", "core"),
    ("flatcar", "core"),
    ("fedora", "fedora"),
    ("centos", "cloud-user"),
    ("rhel", "cloud-user"),
    ("rocky", "rocky"),
    ("almalinux", "almalinux"),
    ("opensuse", "opensuse"),
    ("alpine", "alpine"),
    ("arch", "arch"),
    ("gentoo", "gentoo"),
    ("freebsd", "freebsd"),
];

/// The account of an image: what its property `os_admin_user` says, else what its distribution uses.
pub fn login(image: &str, properties: &BTreeMap<String, String>) -> Option<Login> {
    let property = |name| properties.get(name).map(|text| text.trim().to_lowercase()).filter(|text| !text.is_empty());
    let account = |name: &str| ACCOUNTS.iter().find(|(distribution, _)| name.starts_with(distribution));
    let distribution = property("os_distro");
    let found = distribution.as_deref().and_then(account).or_else(|| account(&image.to_lowercase()));
    let own = properties.get("os_admin_user").map(|user| user.trim().to_owned()).filter(|user| !user.is_empty());
    let user = own.or_else(|| found.map(|(_, user)| (*user).to_owned()))?;
    let password = (user == "cirros").then(|| "gocubsgo".to_owned());
    Some(Login { user, password })
}

/// By which address an instance is reached from outside: its floating IP, else one on a network that leads there.
pub fn door(snapshot: &Snapshot, instance: &InstanceId) -> Option<Door> {
    let network = |id| snapshot.networks.iter().find(|network| &network.id == id);
    let ports = || snapshot.ports.iter().filter(|port| port.device_id == instance.as_str());
    let floating = snapshot.floating_ips.iter().find_map(|floating| {
        let target = floating.target.as_ref()?;
        ports().any(|port| port.id == target.port_id).then_some((
            floating.address,
            true,
            network(&floating.network_id)?,
        ))
    });
    let own = || {
        ports().find_map(|port| {
            let network = network(&port.network_id)?;
            let leads = network.external || network.physical_network.is_some();
            port.fixed_ips.first().filter(|_| leads).map(|fixed| (fixed.ip, false, network))
        })
    };
    let (address, floating, network) = floating.or_else(own)?;
    Some(Door { address, floating, network: Named { id: network.id.to_string(), name: network.name.clone() } })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_account_comes_from_the_property_then_the_distribution_then_the_name() {
        let properties = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect::<BTreeMap<_, _>>()
        };
        let user = |image, pairs: &[(&str, &str)]| login(image, &properties(pairs)).map(|login| login.user);
        assert_eq!(user("disk", &[("os_admin_user", "boss"), ("os_distro", "debian")]).as_deref(), Some("boss"));
        assert_eq!(user("disk", &[("os_distro", "Ubuntu")]).as_deref(), Some("ubuntu"));
        assert_eq!(user("Debian 12 (bookworm)", &[]).as_deref(), Some("debian"));
        assert_eq!(user("disk", &[("os_distro", "none")]), None);
        let cirros = login("cirros", &BTreeMap::new()).unwrap();
        assert_eq!(cirros.password.as_deref(), Some("gocubsgo"));
    }
}
