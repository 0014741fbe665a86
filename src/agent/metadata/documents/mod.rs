//! What an instance is told of itself, as documents: the same ones over HTTP and on a config drive.

mod ec2;
mod network_data;
mod node;
mod openstack;
#[cfg(test)]
mod sample;

use crate::bus::contract::InstanceMetadata;

/// The domain of the instances' names, as Nova's and Neutron's.
pub const DOMAIN: &str = "novalocal";

/// The documents of one instance.
pub struct Documents<'a> {
    metadata: &'a InstanceMetadata,
    /// Random text in Base64, for the guest's entropy.
    seed: &'a str,
}

impl<'a> Documents<'a> {
    /// The documents made from `metadata`.
    pub fn new(metadata: &'a InstanceMetadata, seed: &'a str) -> Self {
        Self { metadata, seed }
    }

    /// What is at a path, such as `/openstack/latest/meta_data.json`; for a folder, what is in it. Slashes at the end
    /// do not matter. None if there is no such thing.
    pub fn at(&self, path: &str) -> Option<String> {
        let words: Vec<&str> = path.split('/').filter(|word| !word.is_empty()).collect();
        match *words.as_slice() {
            [] => Some(ec2::VERSIONS.join("\n")),
            ["openstack"] => Some(openstack::VERSIONS.join("\n")),
            ["openstack", version, ref rest @ ..] => openstack::folder(self, version)?.at(rest),
            [version, ref rest @ ..] => ec2::folder(self, version)?.at(rest),
        }
    }

    /// The files of a config drive: path and text.
    pub fn drive(&self) -> Vec<(String, String)> {
        let openstack = openstack::VERSIONS.iter().filter_map(|version| {
            let folder = openstack::folder(self, version)?;
            Some(folder.leaves().into_iter().map(move |(name, text)| (format!("openstack/{version}/{name}"), text)))
        });
        openstack.flatten().chain(ec2::drive(self)).collect()
    }

    fn full_hostname(&self) -> String {
        format!("{}.{DOMAIN}", self.metadata.hostname)
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{metadata, with};
    use super::*;

    #[test]
    fn both_layouts_answer_with_and_without_slashes_at_the_end() {
        let metadata = metadata();
        let documents = Documents::new(&metadata, "c2VlZA==");
        for path in ["/openstack/latest/meta_data.json", "/openstack", "/latest/meta-data", "/2009-04-04", "/"] {
            let text = documents.at(path);
            assert!(text.is_some(), "{path}");
            assert_eq!(documents.at(&format!("{path}/")), text, "{path}");
        }
        for path in ["/openstack/1999-01-01", "/openstack/latest/nothing", "/latest/meta-data/no", "/etc/passwd"] {
            assert_eq!(documents.at(path), None, "{path}");
        }
    }

    #[test]
    fn a_drive_has_what_the_service_has() {
        let metadata = metadata();
        let documents = Documents::new(&metadata, "c2VlZA==");
        let files = documents.drive();
        for (path, text) in files.iter().filter(|(path, _)| path.starts_with("openstack/")) {
            assert_eq!(documents.at(path).as_ref(), Some(text), "{path}");
        }
        let paths: Vec<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        for path in [
            "openstack/latest/meta_data.json",
            "openstack/latest/user_data",
            "openstack/latest/network_data.json",
            "openstack/2018-08-27/vendor_data2.json",
            "ec2/2009-04-04/meta-data.json",
            "ec2/latest/user-data",
        ] {
            assert!(paths.contains(&path), "no {path} in {paths:?}");
        }
        assert!(!paths.iter().any(|path| path.ends_with("/password")), "{paths:?}");
    }

    #[test]
    fn without_user_data_there_is_none_anywhere() {
        let metadata = with(|metadata| metadata.user_data = None);
        let documents = Documents::new(&metadata, "");
        for path in ["/openstack/latest/user_data", "/latest/user-data"] {
            assert_eq!(documents.at(path), None);
        }
        assert!(!documents.drive().iter().any(|(path, _)| path.contains("user")));
    }
}
