//! EC2's layout, as Nova keeps it.

use super::Documents;
use super::node::{Entry, Node};

/// Every version, oldest first.
pub const VERSIONS: &[&str] = &[
    "1.0",
    "2007-01-19",
    "2007-03-01",
    "2007-08-29",
    "2007-10-10",
    "2007-12-15",
    "2008-02-01",
    "2008-09-01",
    "2009-04-04",
    "latest",
];

/// The versions that a config drive has.
const ON_DRIVE: &[&str] = &["2009-04-04", "latest"];

/// What a version has, the same for all of them; none if there is no such version.
pub fn folder(documents: &Documents<'_>, version: &str) -> Option<Node> {
    if !VERSIONS.contains(&version) {
        return None;
    }
    let user_data = documents.metadata.user_data.clone().map(|text| Entry::leaf("user-data", text));
    let meta_data = Entry::folder("meta-data", meta_data(documents));
    Some(Node::Folder([Some(meta_data), user_data].into_iter().flatten().collect()))
}

/// The files of a config drive: path and text.
pub fn drive(documents: &Documents<'_>) -> Vec<(String, String)> {
    let meta_data = Node::Folder(meta_data(documents)).to_json().to_string();
    let files = |version: &&str| {
        let user_data = documents.metadata.user_data.clone().map(|text| (format!("ec2/{version}/user-data"), text));
        [Some((format!("ec2/{version}/meta-data.json"), meta_data.clone())), user_data]
    };
    ON_DRIVE.iter().flat_map(files).flatten().collect()
}

fn meta_data(documents: &Documents<'_>) -> Vec<Entry> {
    let metadata = documents.metadata;
    let hostname = documents.full_hostname();
    let local_ipv4 = metadata.nics.iter().flat_map(|nic| &nic.addresses).map(|(ip, _)| ip.to_string()).next();
    // EC2 numbers what OpenStack names; an image has no number, so its id begins the same.
    let image = metadata.image_id.get(..8).unwrap_or(&metadata.image_id);
    let mut entries = vec![
        Entry::leaf("ami-id", format!("ami-{image}")),
        Entry::leaf("ami-launch-index", "0"),
        Entry::leaf("ami-manifest-path", "(unknown)"),
        Entry::folder("block-device-mapping", vec![Entry::leaf("ami", "vda"), Entry::leaf("root", "/dev/vda")]),
        Entry::leaf("hostname", hostname.as_str()),
        Entry::leaf("instance-action", "none"),
        Entry::leaf("instance-id", format!("i-{:08x}", metadata.number)),
        Entry::leaf("instance-type", metadata.flavor_name.as_str()),
        Entry::leaf("local-hostname", hostname.as_str()),
        Entry::leaf("local-ipv4", local_ipv4.unwrap_or_default()),
        Entry::folder("placement", vec![Entry::leaf("availability-zone", metadata.availability_zone.as_str())]),
        Entry::leaf("public-hostname", hostname.as_str()),
        Entry::leaf("public-ipv4", metadata.public_ipv4.clone().unwrap_or_default()),
    ];
    if let Some((name, text)) = &metadata.public_key {
        let key = Entry::folder("0", vec![Entry::leaf("openssh-key", text.as_str())]);
        entries.push(Entry::folder("public-keys", vec![key.shown_as(format!("0={name}"))]));
    }
    entries.push(Entry::leaf("reservation-id", format!("r-{:08x}", metadata.number)));
    entries.push(Entry::leaf("security-groups", metadata.security_groups.join("\n")));
    entries
}

#[cfg(test)]
mod tests {
    use super::super::sample::{metadata, with};
    use super::*;

    fn at(path: &str) -> String {
        Documents::new(&metadata(), "").at(path).unwrap_or_else(|| panic!("nothing at {path}"))
    }

    #[test]
    fn folders_are_listed_and_walked() {
        assert!(at("/").ends_with("2009-04-04\nlatest"));
        assert_eq!(at("/latest"), "meta-data/\nuser-data");
        assert_eq!(at("/latest/user-data"), "#!/bin/sh\necho hello\n");
        let listed = at("/2009-04-04/meta-data/");
        for name in ["ami-id", "instance-id", "placement/", "public-keys/", "block-device-mapping/", "security-groups"]
        {
            assert!(listed.lines().any(|line| line == name), "no {name} in {listed}");
        }
        assert_eq!(at("/latest/meta-data/placement"), "availability-zone");
        assert_eq!(at("/latest/meta-data/public-keys/"), "0=mine");
        assert_eq!(at("/latest/meta-data/public-keys/0/"), "openssh-key");
        assert_eq!(at("/latest/meta-data/public-keys/0/openssh-key"), "ssh-ed25519 AAAA ann");
    }

    #[test]
    fn values_are_as_nova_gives_them() {
        for (name, expected) in [
            ("ami-id", "ami-11111111"),
            ("instance-id", "i-0000002a"),
            ("reservation-id", "r-0000002a"),
            ("hostname", "web-1.novalocal"),
            ("local-hostname", "web-1.novalocal"),
            ("local-ipv4", "10.0.0.10"),
            ("public-ipv4", "203.0.113.7"),
            ("instance-type", "m1.tiny"),
            ("placement/availability-zone", "nova"),
            ("block-device-mapping/root", "/dev/vda"),
            ("security-groups", "default\nweb"),
        ] {
            assert_eq!(at(&format!("/latest/meta-data/{name}")), expected, "{name}");
        }
    }

    #[test]
    fn without_a_key_there_are_no_public_keys() {
        let metadata = with(|metadata| metadata.public_key = None);
        let documents = Documents::new(&metadata, "");
        assert!(!documents.at("/latest/meta-data").unwrap().contains("public-keys"));
        assert_eq!(documents.at("/latest/meta-data/public-keys"), None);
    }

    #[test]
    fn a_drive_has_it_as_json() {
        let metadata = metadata();
        let files = drive(&Documents::new(&metadata, ""));
        let text = &files.iter().find(|(path, _)| path == "ec2/latest/meta-data.json").unwrap().1;
        let data: serde_json::Value = serde_json::from_str(text).unwrap();
        assert_eq!(data["public-keys"]["0"]["openssh-key"], "ssh-ed25519 AAAA ann");
        assert_eq!(data["placement"]["availability-zone"], "nova");
    }
}
