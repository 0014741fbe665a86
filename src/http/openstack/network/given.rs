//! Members that may be `null`.

use serde::{Deserialize, Deserializer};

/// Tells a member that is `null` from one that is not there.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
