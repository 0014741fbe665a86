//! MAC addresses of ports.

use crate::control::policy::Grant;
use crate::control::store::{self, Tx};
use crate::model::network::Port;
use crate::model::{Error, Reason, Result};

const FIELD: &str = "mac";
/// With 24 random bits, a tenth collision in a row says that something else is wrong.
const ATTEMPTS: usize = 10;

/// Writes the port down with a MAC address of OpenStack's range that no other port has.
pub async fn insert_with_new(tx: &mut Tx, grant: Grant, mut port: Port, created_by_launch: bool) -> Result<Port> {
    for _ in 0..ATTEMPTS {
        let [a, b, c]: [u8; 3] = rand::random();
        port.mac = format!("fa:16:3e:{a:02x}:{b:02x}:{c:02x}");
        if store::ports::insert(tx, grant, &port, created_by_launch).await? {
            return Ok(port);
        }
    }
    Err(Error::internal("no free MAC address was found"))
}

/// Writes the port down with a chosen MAC address.
///
/// # Errors
/// `BadCharacters`, `AddressInUse`.
pub async fn insert_with(
    tx: &mut Tx,
    grant: Grant,
    mut port: Port,
    typed: &str,
    created_by_launch: bool,
) -> Result<Port> {
    port.mac = parse(FIELD, typed)?;
    if store::ports::insert(tx, grant, &port, created_by_launch).await? {
        return Ok(port);
    }
    Err(Error::on(FIELD, Reason::AddressInUse { address: port.mac }))
}

/// Six hex pairs with colons, in lower case; the first pair must be even, else it is a multicast address.
///
/// # Errors
/// `BadCharacters` at the field.
pub fn parse(field: &str, typed: &str) -> Result<String> {
    let text = typed.trim().to_ascii_lowercase();
    let byte = |pair: &str| match pair.as_bytes() {
        [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit() => u8::from_str_radix(pair, 16).ok(),
        _ => None,
    };
    let bytes: Option<Vec<u8>> = text.split(':').map(byte).collect();
    if bytes.is_some_and(|bytes| bytes.len() == 6 && bytes[0] & 1 == 0) {
        return Ok(text);
    }
    let allowed = "a unicast MAC address such as fa:16:3e:00:00:01".to_owned();
    Err(Error::on(field, Reason::BadCharacters { field: field.to_owned(), allowed }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_unicast_addresses_of_six_pairs_are_read() {
        assert_eq!(parse(FIELD, " FA:16:3E:00:0a:01 ").as_deref(), Ok("fa:16:3e:00:0a:01"));
        for bad in
            ["", "fa:16:3e:00:00", "fa:16:3e:00:00:00:01", "fb:16:3e:00:00:01", "fa:16:3e:0:00:01", "+a:16:3e:00:00:01"]
        {
            assert!(parse(FIELD, bad).is_err(), "{bad}");
        }
    }
}
