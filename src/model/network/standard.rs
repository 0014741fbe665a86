//! What every resource of the network API has beside its own attributes.

use serde::{Deserialize, Serialize};

use crate::model::{Reason, Result};

/// How often a resource was changed, and how people marked it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standard {
    /// Counts its changes, from 1.
    pub revision: i64,
    /// Words, in alphabetical order.
    pub tags: Vec<String>,
}

impl Default for Standard {
    fn default() -> Self {
        Self { revision: 1, tags: Vec::new() }
    }
}

impl Standard {
    /// As it is after one more change.
    #[must_use]
    pub fn changed(&self) -> Self {
        Self { revision: self.revision + 1, tags: self.tags.clone() }
    }
}

/// The longest that a tag may be, in characters, and how many a resource may have.
const MAX_TAG: usize = 255;
const MAX_TAGS: usize = 50;

/// Tags as they are kept: each once, in alphabetical order.
///
/// # Errors
/// [`Reason::OutOfRange`], [`Reason::Required`], [`Reason::TooLong`].
pub fn tags_of(wanted: &[String]) -> Result<Vec<String>> {
    let mut tags = wanted.to_vec();
    tags.sort();
    tags.dedup();
    if tags.len() > MAX_TAGS {
        return Err(Reason::OutOfRange { field: "tags".into(), min: 0, max: MAX_TAGS as i64 }.into());
    }
    for tag in &tags {
        if tag.is_empty() {
            return Err(Reason::Required { field: "tag".into() }.into());
        }
        if tag.chars().count() > MAX_TAG {
            return Err(Reason::TooLong { field: "tag".into(), max: MAX_TAG as u32 }.into());
        }
        if tag.contains([',', '/']) {
            let allowed = "letters, digits and signs other than , and /".to_owned();
            return Err(Reason::BadCharacters { field: "tag".into(), allowed }.into());
        }
    }
    Ok(tags)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_kept_once_and_in_order() {
        let tags = |words: &[&str]| tags_of(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(tags(&["red", "blue", "red"]).unwrap(), ["blue", "red"]);
        assert!(matches!(tags(&["a,b"]).unwrap_err().reason, Reason::BadCharacters { .. }));
        assert!(matches!(tags(&[""]).unwrap_err().reason, Reason::Required { .. }));
        assert!(matches!(tags(&["x".repeat(256).as_str()]).unwrap_err().reason, Reason::TooLong { .. }));
    }
}
