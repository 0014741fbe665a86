//! The recorded exchanges, as `conformance/golden/reduce.py` left them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Deserialize;
use serde_json::Value;

/// One request and its answer.
#[derive(Deserialize)]
pub struct Exchange {
    /// What caused it: the client's command, or the name of a probe.
    pub command: String,
    pub service: String,
    pub method: String,
    /// Below the service's address, with names in braces for ids.
    pub path: String,
    pub request: Request,
    pub answer: Answer,
    /// Names for what this answer is the first to say, each with the way to it through the body.
    #[serde(default)]
    pub learns: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
pub struct Request {
    /// Whose token is shown: that of `admin`, of `demo`, a bad one (`stranger`), or none (`nobody`).
    #[serde(rename = "as")]
    pub asker: String,
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// Text is sent as it is, everything else as JSON.
    pub body: Option<Value>,
}

/// What an answer looks like.
#[derive(Deserialize)]
pub struct Answer {
    pub status: u16,
    /// Text for a header that is compared by value, `true` for one that only must be there.
    pub headers: BTreeMap<String, Value>,
    /// The types of the body's members; none for no body.
    pub body: Option<Value>,
}

impl Exchange {
    /// Service, method and path, by which differences are listed.
    pub fn place(&self) -> String {
        let path = self.path.split('?').next().unwrap_or_default();
        format!("{} {} {path}", self.service, self.method)
    }

    /// The names of the headers of its answer that are compared.
    pub fn headers(&self) -> impl Iterator<Item = &str> {
        self.answer.headers.keys().map(String::as_str)
    }
}

/// A file beside the recordings' reduction.
pub fn file(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("conformance/golden").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The exchanges of one of the two files, in order.
pub fn read(name: &str) -> Vec<Exchange> {
    serde_json::from_str(&file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
