//! The body of `POST /servers`, read into the same request that the launch page makes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::Value;

use crate::model::launch::{LaunchRequest, MAX_COUNT, NicRequest};
use crate::model::{Error, ImageId, NetworkId, PortId, Reason, Result};

/// The body.
#[derive(Deserialize)]
pub struct Create {
    pub server: Server,
}

/// A server that is wanted.
#[derive(Deserialize)]
pub struct Server {
    name: String,
    #[serde(rename = "flavorRef")]
    flavor: String,
    #[serde(default, rename = "imageRef")]
    image: String,
    networks: Option<Vec<Nic>>,
    #[serde(default)]
    security_groups: Vec<Group>,
    key_name: Option<String>,
    user_data: Option<String>,
    config_drive: Option<Value>,
    availability_zone: Option<String>,
    #[serde(default)]
    metadata: BTreeMap<String, String>,
    min_count: Option<u32>,
    max_count: Option<u32>,
    #[serde(default)]
    block_device_mapping_v2: Vec<BlockDevice>,
}

#[derive(Deserialize)]
struct Nic {
    uuid: Option<NetworkId>,
    fixed_ip: Option<String>,
    port: Option<PortId>,
}

#[derive(Deserialize)]
struct Group {
    name: String,
}

#[derive(Deserialize)]
struct BlockDevice {
    uuid: Option<String>,
    source_type: Option<String>,
    destination_type: Option<String>,
}

impl Server {
    /// The names of the groups that were asked for, which the answer repeats.
    pub fn groups(&self) -> Vec<String> {
        self.security_groups.iter().map(|group| group.name.clone()).collect()
    }

    /// The launch request.
    ///
    /// # Errors
    /// For what cannot be had: volumes, user data that is no text.
    pub fn into_request(self) -> Result<LaunchRequest> {
        let count = self.max_count.or(self.min_count).unwrap_or(1).max(self.min_count.unwrap_or(1));
        if !(1..=MAX_COUNT).contains(&count) {
            return Err(Reason::OutOfRange { field: "max_count".into(), min: 1, max: MAX_COUNT.into() }.into());
        }
        Ok(LaunchRequest {
            image_id: self.boot_image()?,
            config_drive: matches!(&self.config_drive, Some(Value::Bool(true)))
                || self
                    .config_drive
                    .as_ref()
                    .and_then(Value::as_str)
                    .is_some_and(|text| text.eq_ignore_ascii_case("true")),
            user_data: self.user_data.as_deref().map(decoded).transpose()?,
            security_groups: self.groups(),
            name: self.name,
            description: None,
            flavor_id: self.flavor.into(),
            networks: self.networks.unwrap_or_default().into_iter().map(nic).collect::<Result<_>>()?,
            key_name: self.key_name,
            availability_zone: self.availability_zone,
            metadata: self.metadata,
            count,
        })
    }

    /// The image to start from. Clients name it as the first block device as well; other devices cannot be had.
    fn boot_image(&self) -> Result<ImageId> {
        let mut image = self.image.as_str();
        for device in &self.block_device_mapping_v2 {
            let source = device.source_type.as_deref().unwrap_or("image");
            let destination = device.destination_type.as_deref().unwrap_or("local");
            if (source, destination) != ("image", "local") {
                return Err(not_a_choice(
                    "block_device_mapping_v2",
                    format!("{source} to {destination}"),
                    "image to local",
                ));
            }
            if image.is_empty() {
                image = device.uuid.as_deref().unwrap_or_default();
            }
        }
        if image.is_empty() { Err(Reason::Required { field: "imageRef".into() }.into()) } else { Ok(image.into()) }
    }
}

fn nic(nic: Nic) -> Result<NicRequest> {
    match (nic.uuid, nic.port) {
        (_, Some(port)) => Ok(NicRequest { network_id: NetworkId::default(), fixed_ip: None, port_id: Some(port) }),
        (None, None) => Err(Reason::Required { field: "networks.uuid".into() }.into()),
        (Some(network_id), None) => Ok(NicRequest { network_id, fixed_ip: nic.fixed_ip, port_id: None }),
    }
}

fn decoded(user_data: &str) -> Result<String> {
    let bytes = STANDARD.decode(user_data.replace(['\n', '\r'], ""));
    bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        Reason::BadCharacters { field: "user_data".into(), allowed: "text, encoded as Base64".into() }.into()
    })
}

fn not_a_choice(field: &str, value: String, choices: &str) -> Error {
    Reason::NotAChoice { field: field.into(), value, choices: choices.into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(server: Value) -> Result<LaunchRequest> {
        serde_json::from_value::<Create>(json!({ "server": server })).unwrap().server.into_request()
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
        assert_eq!((request.image_id.as_str(), request.flavor_id.as_str(), request.count), ("i1", "0", 1));
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
        let volume = json!([{ "uuid": "v1", "source_type": "volume", "destination_type": "volume" }]);
        assert!(matches!(refused(json!({ "block_device_mapping_v2": volume })), Reason::NotAChoice { .. }));
        assert!(matches!(refused(json!({ "networks": [{}] })), Reason::Required { .. }));
        assert!(matches!(refused(json!({ "user_data": "%%%" })), Reason::BadCharacters { .. }));
        assert!(matches!(refused(json!({ "imageRef": "" })), Reason::Required { .. }));
        assert!(matches!(refused(json!({ "max_count": 51 })), Reason::OutOfRange { .. }));
        assert!(matches!(refused(json!({ "min_count": 0 })), Reason::OutOfRange { .. }));
    }
}
