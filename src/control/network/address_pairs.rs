//! Further addresses that a port may use as its own.

use std::net::IpAddr;

use ipnet::IpNet;

use super::mac;
use crate::model::network::AddressPair;
use crate::model::{Error, Reason, Result, validate};

const FIELD: &str = "allowed_address_pairs";
/// Neutron's limit.
const MOST: i64 = 10;

/// Reads addresses or ranges, each with a MAC address or none for the port's own.
///
/// # Errors
/// `BadCidr`, `HostBitsSet`, `BadCharacters`, `OutOfRange`.
pub fn read(typed: &[(String, Option<String>)]) -> Result<Vec<AddressPair>> {
    validate::range(FIELD, i64::try_from(typed.len()).unwrap_or(i64::MAX), 0, MOST)?;
    let mut pairs = Vec::with_capacity(typed.len());
    for (ip, mac) in typed {
        let mac = mac.as_deref().map(str::trim).filter(|mac| !mac.is_empty());
        let pair = AddressPair { ip: range(ip.trim())?, mac: mac.map(|mac| mac::parse(FIELD, mac)).transpose()? };
        if !pairs.contains(&pair) {
            pairs.push(pair);
        }
    }
    Ok(pairs)
}

/// A range, or a single address as a range of one.
fn range(text: &str) -> Result<IpNet> {
    let on = |reason| Error::on(FIELD, reason);
    let net: IpNet = text
        .parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| on(Reason::BadCidr { value: text.to_owned() }))?;
    if net.trunc() == net {
        return Ok(net);
    }
    Err(on(Reason::HostBitsSet { value: text.to_owned(), suggestion: net.trunc().to_string() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_ranges_of_both_families_are_read_with_their_mac_addresses() {
        let typed = |ip: &str, mac: Option<&str>| (ip.to_owned(), mac.map(str::to_owned));
        let pairs = read(&[typed(" 10.0.0.9 ", Some("")), typed("fd00::/64", Some("FA:16:3E:00:00:01"))]).unwrap();
        let expected = [("10.0.0.9/32", None), ("fd00::/64", Some("fa:16:3e:00:00:01"))];
        assert_eq!(
            pairs,
            expected.map(|(ip, mac)| AddressPair { ip: ip.parse().unwrap(), mac: mac.map(str::to_owned) })
        );
        for bad in [typed("ten", None), typed("10.0.0.1/24", None), typed("10.0.0.1", Some("x"))] {
            assert_eq!(read(&[bad]).unwrap_err().field.as_deref(), Some(FIELD));
        }
        assert!(read(&vec![typed("10.0.0.9", None); 11]).is_err());
    }
}
