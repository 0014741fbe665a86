//! VLANs for the networks whose makers ask for no segment, so that they reach every host of a cloud.

use std::str::FromStr;

use super::segment::Segment;
use crate::control::store::{self, Tx};
use crate::model::{Reason, Result};

/// Which VLANs of which physical network: setting `tenant_vlans`, such as `provider:1000:1999`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantVlans {
    pub physical_network: String,
    /// 1 to 4094, both ends included.
    pub first: i64,
    pub last: i64,
}

impl FromStr for TenantVlans {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("tenant_vlans: {text:?} must be PHYSICAL_NETWORK:FIRST:LAST, such as provider:1000:1999");
        let mut parts = text.split(':').map(str::trim);
        let (Some(name), Some(first), Some(last), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        let (first, last) = (first.parse().map_err(|_| wrong())?, last.parse().map_err(|_| wrong())?);
        if name.is_empty() || !(1..=4094).contains(&first) || !(first..=4094).contains(&last) {
            return Err(wrong());
        }
        Ok(Self { physical_network: name.to_owned(), first, last })
    }
}

impl TenantVlans {
    /// The lowest that no network has; what is read in a [`Tx`] holds until it ends.
    ///
    /// # Errors
    /// `NoFreeVlan` when all are taken.
    pub async fn next(&self, tx: &mut Tx) -> Result<Segment> {
        let taken = store::networks::vlans_on(&mut **tx, &self.physical_network).await?;
        let free = (self.first..=self.last).find(|id| !taken.contains(id));
        let id = free.ok_or_else(|| Reason::NoFreeVlan { physical_network: self.physical_network.clone() })?;
        Ok(Segment { kind: "vlan".to_owned(), physical_network: Some(self.physical_network.clone()), id: Some(id) })
    }
}

#[cfg(test)]
mod tests {
    use super::TenantVlans;

    #[test]
    fn a_range_is_read_and_nonsense_is_refused_with_an_example() {
        let vlans: TenantVlans = "provider:1000:1999".parse().unwrap();
        assert_eq!((vlans.physical_network.as_str(), vlans.first, vlans.last), ("provider", 1000, 1999));
        for wrong in ["provider", "provider:1", ":1:2", "p:0:5", "p:9:5", "p:1:4095", "p:a:b", "p:1:2:3"] {
            assert!(wrong.parse::<TenantVlans>().unwrap_err().contains("provider:1000:1999"), "{wrong}");
        }
    }
}
