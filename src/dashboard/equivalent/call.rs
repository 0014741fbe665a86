//! A call of the REST API, for curl.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::shell::{Later, quote};
use crate::control::Ctx;
use crate::model::access::{PROJECT, SERVICES};

/// What may stand in a path as it is.
const PLAIN: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One call. Every call carries the token.
pub struct Call {
    method: &'static str,
    /// Below the address by which the cloud is reached.
    path: String,
    headers: Vec<String>,
    body: Payload,
    saves: Option<(Later, &'static str)>,
}

enum Payload {
    None,
    Json(Value),
    /// A file of the reader's.
    File(String),
}

impl Call {
    fn new(method: &'static str, kind: &str, version: &str, path: &str) -> Self {
        let service = SERVICES.iter().find(|service| service.kind == kind).map_or("", |service| service.path);
        let path = format!("{service}{version}/{path}");
        Self { method, path, headers: Vec::new(), body: Payload::None, saves: None }
    }

    /// A call of the compute API, whose path begins below `/v2.1/`.
    pub fn compute(method: &'static str, path: impl AsRef<str>) -> Self {
        Self::new(method, "compute", "", path.as_ref())
    }

    /// A call of the network API, whose path begins below `/v2.0/`.
    pub fn network(method: &'static str, path: impl AsRef<str>) -> Self {
        Self::new(method, "network", "/v2.0", path.as_ref())
    }

    /// A call of the image API, whose path begins below `/v2/`.
    pub fn image(method: &'static str, path: impl AsRef<str>) -> Self {
        Self::new(method, "image", "/v2", path.as_ref())
    }

    /// A call of the block storage API, whose path begins below the project that asks.
    pub fn volume(ctx: &Ctx, method: &'static str, path: impl AsRef<str>) -> Self {
        let call = Self::new(method, "volumev3", "", path.as_ref());
        Self { path: call.path.replace(PROJECT, ctx.project_id.as_str()), ..call }
    }

    /// With a microversion of the compute API.
    pub fn microversion(self, version: &str) -> Self {
        self.version_of("compute", version)
    }

    /// With a microversion of a service's API.
    pub fn version_of(mut self, service: &str, version: &str) -> Self {
        self.headers.push(format!("OpenStack-API-Version: {service} {version}"));
        self
    }

    /// With this body.
    pub fn json(self, body: Value) -> Self {
        self.json_of("application/json", body)
    }

    /// With this body of a kind of JSON.
    pub fn json_of(mut self, content_type: &str, body: Value) -> Self {
        self.headers.push(format!("Content-Type: {content_type}"));
        self.body = Payload::Json(body);
        self
    }

    /// With the bytes of a file.
    pub fn file(mut self, name: impl Into<String>) -> Self {
        self.headers.push("Content-Type: application/octet-stream".to_owned());
        self.body = Payload::File(name.into());
        self
    }

    /// Keeps the id of what is made, which stands at that place in the answer, for the calls after this one.
    pub fn saves(mut self, id: Later, place: &'static str) -> Self {
        self.saves = Some((id, place));
        self
    }

    /// The command, for a cloud that is reached at this address.
    pub fn curl(&self, address: &str) -> String {
        let quiet = if self.saves.is_some() { "-sS " } else { "" };
        let mut parts = vec![
            format!("curl {quiet}-X {} {}", self.method, quote(&format!("{address}{}", self.path))),
            "-H \"X-Auth-Token: $OS_TOKEN\"".to_owned(),
        ];
        parts.extend(self.headers.iter().map(|header| format!("-H {}", quote(header))));
        match &self.body {
            Payload::None => {}
            // JSON can say an apostrophe without one, and a shell's word is easiest to read between two.
            Payload::Json(body) => parts.push(format!("-d {}", quote(&format!("{body:#}").replace('\'', "\\u0027")))),
            Payload::File(name) => parts.push(format!("-T {}", quote(name))),
        }
        let command = parts.join(" \\\n  ");
        match self.saves {
            Some((id, place)) => format!("{}=$({command} | jq -r {place})", id.variable()),
            None => command,
        }
    }
}

/// A name as a part of a path.
pub fn segment(name: &str) -> String {
    utf8_percent_encode(name, &PLAIN).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_a_command_that_carries_its_body_whole() {
        let body = json!({ "network": { "name": "it's \"mine\" ${x}" } });
        let curl = Call::network("POST", "networks").json(body.clone()).curl("http://cloud.example:8080");
        assert!(curl.contains("-d '{\n"), "{curl}");
        let words = shlex::split(&curl).unwrap();
        assert_eq!(words[..4], ["curl", "-X", "POST", "http://cloud.example:8080/network/v2.0/networks"]);
        assert_eq!(serde_json::from_str::<Value>(words.last().unwrap()).unwrap(), body);
    }

    #[test]
    fn names_in_paths_are_escaped() {
        assert_eq!(segment("my key-1@天"), "my%20key-1%40%E5%A4%A9");
    }
}
