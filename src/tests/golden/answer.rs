//! Arcus's answer, and how it differs from the recorded one.

use std::collections::BTreeSet;

use reqwest::header::HeaderMap;
use serde_json::Value;

use super::body;
use super::exchange::Answer;

/// What Arcus answered.
pub struct Given {
    status: u16,
    pub headers: HeaderMap,
    /// JSON, other text as a string, or nothing.
    pub body: Option<Value>,
}

impl Given {
    pub fn new(status: u16, headers: HeaderMap, text: &str) -> Self {
        let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        Self { status, headers, body: (!text.is_empty()).then(|| read(text)) }
    }

    /// A line for each difference. Of the `headers`, none may be there that the recorded answer lacks; `fill` puts this
    /// cloud's own values into the recorded ones.
    pub fn compare(&self, golden: &Answer, headers: &BTreeSet<&str>, fill: impl Fn(&str) -> String) -> Vec<String> {
        if self.status != golden.status {
            // Another outcome has another answer, of which nothing can be compared.
            return vec![format!("status: {} for {}", self.status, golden.status)];
        }
        let mut differ: Vec<String> = headers
            .iter()
            .filter_map(|name| {
                // What has no content has no type of content.
                let said = self.header(name).filter(|_| *name != "content-type" || self.body.is_some());
                match (golden.headers.get(*name), said) {
                    (None, Some(_)) if *name != "vary" => Some(format!("header {name}: added")),
                    (Some(_), None) => Some(format!("header {name}: missing")),
                    (Some(Value::String(wanted)), Some(said)) => {
                        let wanted = fill(wanted);
                        (!same(name, &said, &wanted)).then(|| format!("header {name}: {said} for {wanted}"))
                    }
                    _ => None,
                }
            })
            .collect();
        match (&golden.body, &self.body) {
            (None, None) => {}
            (None, Some(_)) => differ.push("body: added".to_owned()),
            (Some(_), None) => differ.push("body: missing".to_owned()),
            (Some(golden), Some(body)) => differ.extend(body::compare(golden, body)),
        }
        differ
    }

    /// A header's value; that of one which is there several times is their list.
    fn header(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// Whether a header says the same. JSON has one encoding, so what is said of it means nothing; an answer may vary with
/// more than the recorded one does.
fn same(name: &str, said: &str, wanted: &str) -> bool {
    let words = |text: &str| text.split(',').map(|word| word.trim().to_ascii_lowercase()).collect::<BTreeSet<_>>();
    match name {
        "content-type" => said.split(';').next() == wanted.split(';').next(),
        "vary" => words(said).is_superset(&words(wanted)),
        _ => said == wanted,
    }
}
