//! The body of `POST /servers`, read into the same request that the launch page makes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::{Value, json};

use super::block_devices::{self, BlockDevice};
use super::microversion::Microversion;
use super::schema::{self, Field, Kind, invalid, may, must};
use crate::http::openstack::python::{truth, whole_number};
use crate::model::launch::{LaunchOptions, LaunchRequest, MAX_COUNT, NicRequest};
use crate::model::{NetworkId, PortId, Reason, Result};

pub const DISK_CONFIG: Kind = Kind::OneOf(&["AUTO", "MANUAL"]);

const FIELDS: &[Field] = &[
    must("name", Kind::Text(1, 255)),
    must("flavorRef", Kind::Id),
    may("imageRef", Kind::Text(0, 255)),
    may("adminPass", Kind::Text(0, 255)),
    may("metadata", Kind::Pairs),
    may("networks", Kind::Any),
    may("security_groups", Kind::Objects(&[must("name", Kind::Text(1, 255))])),
    may("key_name", Kind::TextOrNull(1, 255)),
    may("user_data", Kind::TextOrNull(0, 65_535)),
    may("config_drive", Kind::Any),
    may("availability_zone", Kind::Text(1, 255)),
    may("min_count", Kind::Integer(1)),
    may("max_count", Kind::Integer(1)),
    may("return_reservation_id", Kind::Boolean),
    may("block_device_mapping", Kind::List),
    may("block_device_mapping_v2", Kind::Objects(block_devices::FIELDS)),
    may("accessIPv4", Kind::Text(0, 255)),
    may("accessIPv6", Kind::Text(0, 255)),
    may("OS-DCF:diskConfig", DISK_CONFIG),
    may("personality", Kind::List).until(56),
    may("description", Kind::TextOrNull(0, 255)).since(19),
    may("tags", Kind::List).since(52),
    may("trusted_image_certificates", Kind::Any).since(63),
    may("host", Kind::Text(1, 255)).since(74),
    may("hypervisor_hostname", Kind::Text(1, 255)).since(74),
    may("hostname", Kind::Text(1, 255)).since(90),
];
const NIC: &[Field] =
    &[may("uuid", Kind::Text(1, 255)), may("port", Kind::TextOrNull(1, 255)), may("fixed_ip", Kind::Text(1, 255))];
/// Of a `networks` that is a word.
const NETWORK_WORDS: u16 = 37;

/// A server that is wanted.
#[derive(Debug, Deserialize)]
pub struct Server {
    name: String,
    #[serde(rename = "flavorRef")]
    flavor: Value,
    #[serde(default, rename = "imageRef")]
    image: String,
    #[serde(rename = "adminPass")]
    pub password: Option<String>,
    networks: Option<Value>,
    #[serde(default)]
    security_groups: Vec<Group>,
    key_name: Option<String>,
    user_data: Option<String>,
    config_drive: Option<Value>,
    availability_zone: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    min_count: Option<Value>,
    max_count: Option<Value>,
    return_reservation_id: Option<Value>,
    #[serde(default)]
    block_device_mapping: Vec<Value>,
    #[serde(default)]
    block_device_mapping_v2: Vec<BlockDevice>,
    #[serde(default, rename = "accessIPv4")]
    access_ip_v4: String,
    #[serde(default, rename = "accessIPv6")]
    access_ip_v6: String,
    #[serde(rename = "OS-DCF:diskConfig")]
    disk_config: Option<String>,
    #[serde(default)]
    personality: Vec<Value>,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    trusted_image_certificates: Option<Value>,
    host: Option<String>,
    hypervisor_hostname: Option<String>,
    hostname: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Nic {
    uuid: Option<NetworkId>,
    fixed_ip: Option<String>,
    port: Option<PortId>,
}

#[derive(Debug, Deserialize)]
struct Group {
    name: String,
}

impl Server {
    /// Reads the body.
    ///
    /// # Errors
    /// For what Nova does not know, or not in this form, in its words.
    pub fn read(body: Value, version: Microversion) -> Result<Self> {
        let server: Self = schema::read(body, "server", FIELDS, version)?;
        if version.0 >= NETWORK_WORDS && server.networks.is_none() {
            return Err(invalid("server", &Value::Null, "'networks' is a required property".into()));
        }
        if let Some(networks @ Value::Array(_)) = &server.networks {
            Kind::Objects(NIC).check("networks", networks, version)?;
        }
        let is_word = matches!(server.networks, Some(Value::String(_)));
        if version.0 < NETWORK_WORDS && is_word {
            return Err(invalid("networks", &json!(server.networks), "it is not of type 'array'".into()));
        }
        Ok(server)
    }

    /// The names of the groups that were asked for, which the answer repeats.
    pub fn groups(&self) -> Vec<String> {
        self.security_groups.iter().map(|group| group.name.clone()).collect()
    }

    /// Whether the answer is to name the request instead of the first server.
    pub fn wants_reservation(&self) -> bool {
        self.return_reservation_id.as_ref().and_then(truth).unwrap_or(false)
    }

    /// Whether its disk is to be fitted to the flavor.
    pub fn auto_disk_config(&self) -> bool {
        self.disk_config.as_deref() == Some("AUTO")
    }

    /// The launch request.
    ///
    /// # Errors
    /// For what cannot be had: files, certificates, a chosen host; user data that is no text.
    pub fn into_request(self) -> Result<LaunchRequest> {
        self.can_be_had()?;
        let (image_id, disks) = block_devices::disks(&self.image, &self.block_device_mapping_v2)?;
        if image_id.is_none() && !disks.iter().any(|disk| disk.boot) {
            return Err(Reason::Required { field: "imageRef".into() }.into());
        }
        let more = LaunchOptions {
            hostname: self.hostname.clone(),
            access_ip_v4: self.access_ip_v4.clone(),
            access_ip_v6: self.access_ip_v6.clone(),
            auto_disk_config: self.auto_disk_config(),
            tags: self.tags.clone(),
            server_group: None,
            disks,
            no_network: self.networks == Some(json!("none")),
        };
        Ok(LaunchRequest {
            count: self.count()?,
            image_id,
            config_drive: self.config_drive.as_ref().and_then(truth).unwrap_or(false),
            user_data: self.user_data.as_deref().map(decoded).transpose()?,
            security_groups: self.groups(),
            networks: nics(self.networks)?,
            name: self.name,
            description: self.description,
            flavor_id: word(&self.flavor).into(),
            key_name: self.key_name,
            availability_zone: self.availability_zone,
            metadata: self.metadata,
            more,
        })
    }

    fn count(&self) -> Result<u32> {
        let number = |value: &Option<Value>| value.as_ref().and_then(whole_number);
        let (min, max) = (number(&self.min_count), number(&self.max_count));
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            return Err(invalid("min_count", &json!(min), "min_count must be <= max_count".into()));
        }
        let count = max.or(min).and_then(|count| u32::try_from(count).ok().filter(|count| *count <= MAX_COUNT));
        match count {
            Some(count) => Ok(count),
            None if max.or(min).is_none() => Ok(1),
            None => Err(Reason::OutOfRange { field: "max_count".into(), min: 1, max: MAX_COUNT.into() }.into()),
        }
    }

    fn can_be_had(&self) -> Result<()> {
        let asked = [
            ("personality", !self.personality.is_empty()),
            ("block_device_mapping", !self.block_device_mapping.is_empty()),
            ("trusted_image_certificates", self.trusted_image_certificates.as_ref().is_some_and(|ids| !ids.is_null())),
            ("host", self.host.is_some()),
            ("hypervisor_hostname", self.hypervisor_hostname.is_some()),
        ];
        match asked.into_iter().find(|(_, asked)| *asked) {
            Some((name, _)) => Err(invalid(name, &json!("…"), "This cloud does not offer it.".into())),
            None => Ok(()),
        }
    }
}

/// An id that was given as text or as a number.
pub fn word(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

fn nics(networks: Option<Value>) -> Result<Vec<NicRequest>> {
    match networks {
        None => Ok(Vec::new()),
        Some(Value::String(word)) if word == "auto" || word == "none" => Ok(Vec::new()),
        Some(networks @ Value::Array(_)) => {
            let nics: Vec<Nic> = serde_json::from_value(networks.clone())
                .map_err(|error| invalid("networks", &networks, error.to_string()))?;
            nics.into_iter().map(nic).collect()
        }
        Some(other) => Err(invalid("networks", &other, "it is not of type 'array'".into())),
    }
}

fn nic(nic: Nic) -> Result<NicRequest> {
    match (nic.uuid, nic.port) {
        (_, Some(port)) => Ok(NicRequest { network_id: NetworkId::default(), fixed_ip: None, port_id: Some(port) }),
        (None, None) => Err(Reason::Required { field: "networks.uuid".into() }.into()),
        (Some(network_id), None) => Ok(NicRequest { network_id, fixed_ip: nic.fixed_ip, port_id: None }),
    }
}

/// User data as text.
///
/// # Errors
/// For what is no text, or not encoded.
pub fn decoded(user_data: &str) -> Result<String> {
    let bytes = STANDARD.decode(user_data.replace(['\n', '\r'], ""));
    bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        Reason::BadCharacters { field: "user_data".into(), allowed: "text, encoded as Base64".into() }.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_in(server: Value, version: u16) -> Result<LaunchRequest> {
        Server::read(json!({ "server": server }), Microversion(version))?.into_request()
    }

    fn read(server: Value) -> Result<LaunchRequest> {
        read_in(server, 1)
    }

    #[test]
    fn the_client_s_own_body_is_a_launch_request() {
        let request = read(json!({
            "min_count": 1, "max_count": 1, "flavorRef": "0", "imageRef": "i1", "key_name": "mykey", "name": "demo",
            "security_groups": [{"name": "g1"}], "networks": [{"uuid": "n1"}],
            "block_device_mapping_v2": [{
                "uuid": "i1", "boot_index": 0, "source_type": "image", "destination_type": "local",
                "delete_on_termination": true,
            }],
            "user_data": "IyEvYmluL3NoCg==",
        }))
        .unwrap();
        let image = request.image_id.as_ref().map(|image| image.as_str());
        assert_eq!((image, request.flavor_id.as_str(), request.count), (Some("i1"), "0", 1));
        assert_eq!(request.networks, [NicRequest { network_id: "n1".into(), fixed_ip: None, port_id: None }]);
        assert_eq!(request.security_groups, ["g1"]);
        let beforehand =
            read(json!({ "name": "x", "flavorRef": "0", "imageRef": "i1", "networks": [{ "port": "p1" }] }));
        assert_eq!(beforehand.unwrap().networks[0].port_id, Some("p1".into()));
        assert_eq!(request.user_data.as_deref(), Some("#!/bin/sh\n"));
    }

    #[test]
    fn what_cannot_be_had_is_refused() {
        let refused = |more: Value| {
            let mut server = json!({ "name": "x", "flavorRef": "0", "imageRef": "i1" });
            server.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            read(server).unwrap_err().reason
        };
        let swap = json!([{ "source_type": "blank", "destination_type": "local" }]);
        assert!(matches!(refused(json!({ "block_device_mapping_v2": swap })), Reason::NotAChoice { .. }));
        assert!(matches!(refused(json!({ "networks": [{}] })), Reason::Required { .. }));
        assert!(matches!(refused(json!({ "user_data": "%%%" })), Reason::BadCharacters { .. }));
        assert!(matches!(refused(json!({ "imageRef": "" })), Reason::Required { .. }));
        assert!(matches!(refused(json!({ "max_count": 51 })), Reason::OutOfRange { .. }));
        for odd in [
            json!({ "min_count": 0 }),
            json!({ "min_count": 3, "max_count": 2 }),
            json!({ "max_count": "none" }),
            json!({ "name": 12345 }),
            json!({ "imageRef": -1 }),
            json!({ "foo": 1 }),
            json!({ "networks": "auto" }),
            json!({ "metadata": { "key": 1 } }),
        ] {
            assert!(matches!(refused(odd.clone()), Reason::InvalidInput { .. }), "{odd}");
        }
    }

    #[test]
    fn words_for_networks_came_with_a_microversion() {
        let server = |networks: &str| json!({ "name": "x", "flavorRef": 0, "imageRef": "i1", "networks": networks });
        let none = read_in(server("none"), 37).unwrap();
        assert_eq!((none.more.no_network, none.flavor_id.as_str()), (true, "0"));
        assert!(!read_in(server("auto"), 37).unwrap().more.no_network);
        assert!(read_in(server("other"), 37).is_err());
        assert!(read_in(json!({ "name": "x", "flavorRef": "0", "imageRef": "i1" }), 37).is_err());
    }
}
