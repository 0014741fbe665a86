//! Forms as people of project red fill them in.

mod compute;
mod network;
mod volume;

use crate::http::tests::walk::entry::Who;
use crate::http::tests::walk::red::Red;

/// A form that is filled in.
pub struct Sample {
    pub who: Who,
    pub action: &'static str,
    pub fields: Vec<(String, String)>,
    /// What it asks for does not go in the state in which its thing is.
    pub may_conflict: bool,
    /// What it asks for takes a secret, which is not said.
    pub lacks_secret: bool,
}

impl Sample {
    pub fn new(who: Who, action: &'static str, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { who, action, fields, may_conflict: false, lacks_secret: false }
    }
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ me@here";

/// Every form at least once; `leg` is a port of red's router.
pub fn samples(red: &Red, leg: &str) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let all = [
        compute::flavors_and_hosts(red),
        compute::instances(red),
        compute::launches(red),
        compute::server_groups(red),
        vec![
            ann("/api/keypairs/import", &[("name", "my key"), ("public_key", KEY)]),
            ann("/api/keypairs/generate", &[("new_key_name", "made here")]),
            ann("/api/keypairs/delete", &[("name", &red.keypair)]),
        ],
        compute::images(red),
        volume::volumes(red),
        volume::attachments(red),
        volume::transfers(red),
        volume::snapshots(red),
        network::networks(red),
        network::ports(red),
        network::routers(red, leg),
        network::floating_ips(red),
        network::security_groups(red),
    ];
    all.into_iter().flatten().collect()
}
