//! The network service (`/network/v2.0`).

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Caller, Rest, unreachable};
use crate::model::{InstanceId, NetworkId, PortId, Result};

const SERVICE: &str = "network";

/// A port as the API shows it; only what a host needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PortRecord {
    pub id: PortId,
    pub network_id: NetworkId,
    pub mac_address: String,
    pub fixed_ips: Vec<FixedIp>,
    #[serde(rename = "binding:host_id", default)]
    pub host: String,
}

impl PortRecord {
    /// Whether the port holds the address.
    pub fn has_address(&self, address: &str) -> bool {
        self.fixed_ips.iter().any(|fixed| fixed.ip_address == address)
    }
}

/// An address of a port.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct FixedIp {
    pub ip_address: String,
}

/// A port to be made for an instance's NIC.
#[derive(Debug, Clone, Serialize)]
pub struct NewPort<'a> {
    pub network_id: &'a NetworkId,
    pub name: &'a str,
    pub device_id: &'a InstanceId,
    pub device_owner: &'a str,
    #[serde(rename = "binding:host_id")]
    pub host: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fixed_ips: Vec<WantedIp<'a>>,
    pub security_groups: &'a [String],
}

/// An address that a new port should hold.
#[derive(Debug, Clone, Serialize)]
pub struct WantedIp<'a> {
    pub ip_address: &'a str,
}

impl<'a> NewPort<'a> {
    /// A port for an instance on a host; without an address the service picks one.
    pub fn for_instance(
        instance: &'a InstanceId,
        host: &'a str,
        network_id: &'a NetworkId,
        address: Option<&'a str>,
        security_groups: &'a [String],
    ) -> Self {
        let fixed_ips = address.map(|ip_address| WantedIp { ip_address }).into_iter().collect();
        Self {
            network_id,
            name: "",
            device_id: instance,
            device_owner: "compute:nova",
            host,
            fixed_ips,
            security_groups,
        }
    }
}

#[derive(Deserialize)]
struct Ports {
    ports: Vec<PortRecord>,
}

#[derive(Deserialize)]
struct OnePort {
    port: PortRecord,
}

impl Rest {
    /// The ports of an instance.
    ///
    /// # Errors
    /// [`crate::model::Reason::ServiceRefused`] or [`crate::model::Reason::Unavailable`].
    pub async fn ports(&self, caller: Caller<'_>, instance: &InstanceId) -> Result<Vec<PortRecord>> {
        let path = format!("/network/v2.0/ports?device_id={instance}");
        Ok(self.get_json::<Ports>(SERVICE, caller, &path).await?.ports)
    }

    /// One port.
    ///
    /// # Errors
    /// As [`Rest::ports`].
    pub async fn port(&self, caller: Caller<'_>, id: &PortId) -> Result<PortRecord> {
        let path = format!("/network/v2.0/ports/{id}");
        Ok(self.get_json::<OnePort>(SERVICE, caller, &path).await?.port)
    }

    /// Makes a port. After an outage ([`super::is_outage`]) it may be there all the same.
    ///
    /// # Errors
    /// As [`Rest::ports`].
    pub async fn create_port(&self, caller: Caller<'_>, port: &NewPort<'_>) -> Result<PortRecord> {
        let address = format!("{}/network/v2.0/ports", self.base);
        let body = json!({ "port": port });
        let answer = self.send_once(SERVICE, caller, self.http.post(&address).json(&body)).await?;
        Ok(answer.json::<OnePort>().await.map_err(|error| unreachable(SERVICE, error))?.port)
    }

    /// Binds a port to an instance on a host.
    ///
    /// # Errors
    /// As [`Rest::ports`].
    pub async fn bind_port(&self, caller: Caller<'_>, port: &PortId, instance: &InstanceId, host: &str) -> Result<()> {
        let address = format!("{}/network/v2.0/ports/{port}", self.base);
        let body = json!({ "port": { "device_id": instance, "binding:host_id": host } });
        self.send(SERVICE, caller, |http| http.put(&address).json(&body)).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_port_has_neutron_s_member_names() {
        let groups = ["g1".to_owned()];
        let (instance, network) = (InstanceId::from("i1"), NetworkId::from("n1"));
        let port = NewPort::for_instance(&instance, "host1", &network, Some("10.0.0.9"), &groups);
        let expected = json!({
            "network_id": "n1", "name": "", "device_id": "i1", "device_owner": "compute:nova",
            "binding:host_id": "host1", "fixed_ips": [{"ip_address": "10.0.0.9"}], "security_groups": ["g1"],
        });
        assert_eq!(serde_json::to_value(&port).unwrap(), expected);

        let without = NewPort::for_instance(&instance, "host1", &network, None, &groups);
        assert_eq!(serde_json::to_value(&without).unwrap().get("fixed_ips"), None);
    }
}
