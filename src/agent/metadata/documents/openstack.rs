//! OpenStack's layout (<https://docs.openstack.org/nova/latest/user/metadata.html>).

use serde_json::{Value, json};

use super::node::{Entry, Node};
use super::{Documents, network_data};

/// Every version, oldest first.
pub const VERSIONS: &[&str] = &[
    "2012-08-10",
    "2013-04-04",
    "2013-10-17",
    "2015-10-15",
    "2016-06-30",
    "2016-10-06",
    "2017-02-22",
    "2018-08-27",
    "2020-10-14",
    "latest",
];

/// What a version has; none if there is no such version.
pub fn folder(documents: &Documents<'_>, version: &str) -> Option<Node> {
    if !VERSIONS.contains(&version) {
        return None;
    }
    let metadata = documents.metadata;
    let network_data = (!metadata.nics.is_empty()).then(|| network_data::of(metadata).to_string());
    // Each with the version that brought it; `latest` sorts behind all dates.
    let entries = [
        ("2012-08-10", "meta_data.json", Some(meta_data(documents, version).to_string())),
        ("2012-08-10", "user_data", metadata.user_data.clone()),
        // Nobody has set one.
        ("2013-04-04", "password", Some(String::new())),
        ("2013-10-17", "vendor_data.json", Some("{}".to_owned())),
        // Without NICs there must be none: cloud-init would take an empty one for an order to have no network.
        ("2015-10-15", "network_data.json", network_data),
        ("2016-10-06", "vendor_data2.json", Some("{}".to_owned())),
    ];
    let here = entries.into_iter().filter(|(since, ..)| *since <= version);
    Some(Node::Folder(here.filter_map(|(_, name, text)| Some(Entry::leaf(name, text?))).collect()))
}

fn meta_data(documents: &Documents<'_>, version: &str) -> Value {
    let metadata = documents.metadata;
    let mut data = json!({
        "uuid": metadata.instance_id,
        "name": metadata.name,
        "hostname": documents.full_hostname(),
        "launch_index": 0,
        "availability_zone": metadata.availability_zone,
    });
    if !metadata.metadata.is_empty() {
        data["meta"] = json!(metadata.metadata);
    }
    if let Some((name, text)) = &metadata.public_key {
        data["public_keys"] = json!({ name: text });
        data["keys"] = json!([{ "name": name, "type": "ssh", "data": text }]);
    }
    if version >= "2013-04-04" {
        data["random_seed"] = json!(documents.seed);
    }
    if version >= "2015-10-15" {
        data["project_id"] = json!(metadata.project_id);
    }
    if version >= "2016-06-30" {
        data["devices"] = json!([]);
    }
    if version >= "2020-10-14" {
        data["dedicated_cpus"] = json!([]);
    }
    data
}

#[cfg(test)]
mod tests {
    use super::super::sample::{metadata, with};
    use super::*;

    fn at(path: &str) -> Option<String> {
        Documents::new(&metadata(), "c2VlZA==").at(path)
    }

    fn latest() -> Value {
        serde_json::from_str(&at("/openstack/latest/meta_data.json").unwrap()).unwrap()
    }

    #[test]
    fn an_instance_learns_who_it_is() {
        let expected = json!({
            "uuid": "d81ae412-09cd-4a35-bd63-db74d8846f17",
            "name": "Web 1",
            "hostname": "web-1.novalocal",
            "launch_index": 0,
            "availability_zone": "nova",
            "project_id": "p1",
            "meta": { "role": "db" },
            "public_keys": { "mine": "ssh-ed25519 AAAA ann" },
            "keys": [{ "name": "mine", "type": "ssh", "data": "ssh-ed25519 AAAA ann" }],
            "random_seed": "c2VlZA==",
            "devices": [],
            "dedicated_cpus": [],
        });
        assert_eq!(latest(), expected);
    }

    #[test]
    fn without_a_key_no_key_is_named() {
        let metadata = with(|metadata| metadata.public_key = None);
        let text = Documents::new(&metadata, "").at("/openstack/latest/meta_data.json").unwrap();
        assert!(!text.contains("keys"), "{text}");
    }

    #[test]
    fn each_version_has_what_there_was_then() {
        assert_eq!(at("/openstack/2012-08-10").unwrap(), "meta_data.json\nuser_data");
        let newest =
            "meta_data.json\nuser_data\npassword\nvendor_data.json\nnetwork_data.json\nvendor_data2.json".to_owned();
        assert_eq!(at("/openstack/2018-08-27"), Some(newest.clone()));
        assert_eq!(at("/openstack/latest"), Some(newest));
        assert!(!at("/openstack/2012-08-10/meta_data.json").unwrap().contains("random_seed"));
        assert_eq!(at("/openstack/latest/user_data").unwrap(), "#!/bin/sh\necho hello\n");
        assert_eq!(at("/openstack/latest/password").unwrap(), "");
    }

    #[test]
    fn without_nics_there_is_no_network_data() {
        let metadata = with(|metadata| metadata.nics.clear());
        assert_eq!(Documents::new(&metadata, "").at("/openstack/latest/network_data.json"), None);
    }
}
