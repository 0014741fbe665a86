//! The list of what may differ, and why.

use std::collections::BTreeSet;

use regex::Regex;
use serde::Deserialize;

use super::exchange::{Exchange, file};

const FILE: &str = "differences.toml";

/// A difference that was found.
pub struct Found {
    place: String,
    command: String,
    what: String,
}

impl Found {
    pub fn new(exchange: &Exchange, what: String) -> Self {
        Self { place: exchange.place(), command: exchange.command.clone(), what }
    }
}

/// What may differ.
#[derive(Deserialize)]
pub struct Listed {
    difference: Vec<Difference>,
}

/// Differences that have one reason.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Difference {
    /// Service, method and path, such as `compute GET /v2.1/servers/{server}`.
    at: Vec<Pattern>,
    /// As the comparison words it, such as `body.server.fault: missing`.
    what: Vec<Pattern>,
    why: String,
}

/// Text in which `*` stands for any text.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Pattern {
    text: String,
    regex: Regex,
}

impl TryFrom<String> for Pattern {
    type Error = regex::Error;

    fn try_from(text: String) -> Result<Self, regex::Error> {
        let parts: Vec<String> = text.split('*').map(regex::escape).collect();
        Ok(Self { regex: Regex::new(&format!("^{}$", parts.join(".*")))?, text })
    }
}

impl Listed {
    pub fn read() -> Self {
        toml::from_str(&file(FILE)).unwrap_or_else(|error| panic!("{FILE}: {error}"))
    }

    /// A line for each difference that is not listed, for each listed one that is none, and for each without a reason.
    pub fn judge(&self, found: &[Found]) -> Vec<String> {
        let unlisted = found.iter().filter(|found| !self.difference.iter().any(|listed| listed.covers(found)));
        let unlisted: BTreeSet<String> = unlisted.map(ToString::to_string).collect();
        unlisted.into_iter().chain(self.difference.iter().flat_map(|listed| listed.complaints(found))).collect()
    }
}

impl Difference {
    fn covers(&self, found: &Found) -> bool {
        let any = |patterns: &[Pattern], text: &str| patterns.iter().any(|pattern| pattern.regex.is_match(text));
        any(&self.at, &found.place) && any(&self.what, &found.what)
    }

    fn complaints(&self, found: &[Found]) -> Vec<String> {
        let covered: Vec<&Found> = found.iter().filter(|found| self.covers(found)).collect();
        let stale =
            |pattern: &&Pattern, of: fn(&Found) -> &str| !covered.iter().any(|found| pattern.regex.is_match(of(found)));
        let places = self.at.iter().filter(|pattern| stale(pattern, |found| &found.place));
        let whats = self.what.iter().filter(|pattern| stale(pattern, |found| &found.what));
        let mut lines: Vec<String> = places
            .chain(whats)
            .map(|pattern| format!("{FILE} lists what is no difference: {}", pattern.text))
            .collect();
        if self.why.trim().is_empty() {
            lines.push(format!("{FILE} gives no reason for {}", self.what[0].text));
        }
        lines
    }
}

impl std::fmt::Display for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n    {}\n    ({})", self.place, self.what, self.command)
    }
}

#[test]
fn only_what_is_listed_with_a_reason_may_differ() {
    let list = |text: &str| toml::from_str::<Listed>(text).expect("a list");
    let found = |what: &str| {
        let (place, command) = ("image GET /v2/images".to_owned(), "openstack image list".to_owned());
        vec![Found { place, command, what: what.to_owned() }]
    };
    let listed = list("[[difference]]\nat = ['image *']\nwhat = ['body.a: missing']\nwhy = 'It is so.'");
    assert!(listed.judge(&found("body.a: missing")).is_empty());
    let unlisted = listed.judge(&found("body.b: missing"));
    assert!(unlisted[0].contains("body.b: missing") && unlisted[1].contains("no difference"), "{unlisted:?}");
    let without = list("[[difference]]\nat = ['*']\nwhat = ['*']\nwhy = ''");
    assert!(without.judge(&found("body.a: missing"))[0].contains("no reason"));
}
