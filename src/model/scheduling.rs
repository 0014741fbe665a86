//! Why the scheduler chose a host, or none: one outcome for each filter.

use serde::{Deserialize, Serialize};

/// Why a filter refused a host, with the numbers that decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Refusal {
    /// An administrator disabled it.
    Disabled { reason: String },
    /// Its agent has not been heard of for so long.
    Silent { seconds: i64 },
    /// It reports that it cannot take instances.
    Trouble { reason: String },
    /// It lies in another zone.
    Zone { wanted: String, has: String },
    /// The image asks for something else.
    ImageProperty { property: String, wanted: String, has: String },
    /// Not enough of a resource: `free` is what is left of `total` times `ratio`.
    NotEnough { resource: String, needed: i64, free: i64, total: i64, ratio: f64, unit: String },
    /// Its server group wants its instances apart, and so many are here already.
    TooManyCompanions { here: i64, max: i64 },
    /// Its server group wants its instances together, and they are there.
    CompanionsElsewhere { hosts: String },
    /// Another launch took the room first.
    LostRace { resource: String, needed: i64, free: i64, unit: String },
}

/// A host that a filter turned down.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedHost {
    pub host: String,
    pub refusal: Refusal,
}

/// What one filter did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FilterOutcome {
    /// The filter's name in the field's terms, such as `RamFilter`.
    pub filter: String,
    pub hosts_in: u32,
    pub hosts_out: u32,
    pub refused: Vec<RefusedHost>,
}

/// A weighed candidate, best first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WeighedHost {
    pub host: String,
    pub weight: f64,
}

/// The whole decision for one instance.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    pub filters: Vec<FilterOutcome>,
    pub candidates: Vec<WeighedHost>,
    pub chosen: Option<String>,
}

impl Decision {
    /// One sentence: how many hosts there were, and which filter left none.
    pub fn summary(&self) -> String {
        let Some(first) = self.filters.first() else { return "there is no host yet".to_owned() };
        if first.hosts_in == 0 {
            return "no host has reported yet".to_owned();
        }
        let last = self.filters.iter().find(|outcome| outcome.hosts_out == 0);
        match last {
            None => format!("{} of {} hosts can take it", self.candidates.len(), first.hosts_in),
            Some(outcome) => {
                let why: Vec<String> =
                    outcome.refused.iter().map(|refused| format!("{} {}", refused.host, refused.refusal)).collect();
                format!("{} left none of {} hosts ({})", outcome.filter, first.hosts_in, why.join("; "))
            }
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Disabled { reason } => write!(f, "is disabled: {reason}"),
            Self::Silent { seconds } => write!(f, "has not been heard of for {seconds} s"),
            Self::Trouble { reason } => write!(f, "reports trouble: {reason}"),
            Self::Zone { wanted, has } => write!(f, "is in zone {has}, not {wanted}"),
            Self::ImageProperty { property, wanted, has } => {
                write!(f, "has {property} {has}, and the image asks for {wanted}")
            }
            Self::NotEnough { resource, needed, free, total, ratio, unit } => {
                write!(f, "needs {needed} {unit} of {resource}, {free} free of {total} × {ratio}")
            }
            Self::TooManyCompanions { here, max } => {
                write!(f, "holds {here} of its server group, which allows {max} a host")
            }
            Self::CompanionsElsewhere { hosts } => write!(f, "is not where its server group is: {hosts}"),
            Self::LostRace { resource, needed, free, unit } => {
                write!(f, "lost the last room to another launch: needs {needed} {unit} of {resource}, {free} free")
            }
        }
    }
}
