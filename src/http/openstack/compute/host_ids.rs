//! Ids of hosts, which have names of their own: the API asks for UUIDs, and for numbers before.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

/// The UUID that a host always has.
pub fn host_uuid(host: &str) -> Uuid {
    let digest: [u8; 32] = Sha256::digest(host).into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// The number of the host in that place of the list of all.
pub fn number(place: usize) -> u64 {
    place as u64 + 1
}
