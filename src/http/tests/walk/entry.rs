//! A line of the table: a request, and who may make it.

use axum::http::{Method, StatusCode};
use serde_json::Value;

pub const GET: Method = Method::GET;
pub const PUT: Method = Method::PUT;
pub const POST: Method = Method::POST;
pub const PATCH: Method = Method::PATCH;
pub const DELETE: Method = Method::DELETE;

/// Who may make a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Everybody, even without a token: how to get one, and which versions there are.
    Everybody,
    /// Whoever has a token. The answer is the same for all of them, or a list of what each may see.
    Anybody,
    /// Members of every project, each for their own: what is made belongs to whoever asked.
    Makers,
    /// Members of the project that it is about. Its readers may look, and change nothing.
    Project,
    /// The person that it is about.
    Person,
    /// Administrators.
    Administrators,
}

/// Who makes a request that is not refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// An administrator.
    Root,
    /// A member of project red.
    Ann,
    /// A reader of project red.
    Eve,
    /// A member of project blue, which has nothing to do with red.
    Bob,
    /// A member of project green, with which red shares some things.
    Greta,
}

#[derive(Clone, Debug)]
pub enum Payload {
    None,
    Json(Value),
    Bytes(&'static str),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub method: Method,
    /// As the router has it.
    pub route: String,
    /// With what is red's in its place.
    pub address: String,
    pub payload: Payload,
    pub headers: Vec<(&'static str, String)>,
    pub allowed: For,
    pub by: Who,
    /// It changes nothing, whatever its method.
    pub only_asks: bool,
    /// What it is answered with where that is no success.
    pub status: Option<StatusCode>,
    /// What strangers are told where that is neither 403 nor 404.
    pub strangers: Option<StatusCode>,
    /// The microversion that knows it, where the first one does not.
    pub version: Option<&'static str>,
}

/// A line for a request that `allowed` may make.
pub fn entry(allowed: For, method: Method, route: &str) -> Entry {
    Entry {
        only_asks: method == Method::GET,
        method,
        route: route.to_owned(),
        address: route.to_owned(),
        payload: Payload::None,
        headers: Vec::new(),
        allowed,
        by: if allowed == For::Administrators { Who::Root } else { Who::Ann },
        status: None,
        strangers: None,
        version: None,
    }
}

impl Entry {
    /// What stands for the route's parameters, in their order.
    pub fn at(mut self, values: &[&str]) -> Self {
        for value in values {
            let (start, end) = (self.address.find('{').unwrap(), self.address.find('}').unwrap());
            self.address.replace_range(start..=end, value);
        }
        self
    }

    pub fn query(self, query: &str) -> Self {
        Self { address: format!("{}?{query}", self.address), ..self }
    }

    pub fn json(self, body: Value) -> Self {
        Self { payload: Payload::Json(body), ..self }
    }

    pub fn bytes(self, body: &'static str) -> Self {
        Self { payload: Payload::Bytes(body), ..self }
    }

    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub fn since(self, version: &'static str) -> Self {
        Self { version: Some(version), ..self }
    }

    pub fn by(self, by: Who) -> Self {
        Self { by, ..self }
    }

    pub fn only_asks(self) -> Self {
        Self { only_asks: true, ..self }
    }

    pub fn answers(self, status: StatusCode) -> Self {
        Self { status: Some(status), ..self }
    }

    /// The body as it is sent.
    pub fn body(&self) -> String {
        match &self.payload {
            Payload::None => String::new(),
            Payload::Json(body) => body.to_string(),
            Payload::Bytes(body) => (*body).to_owned(),
        }
    }
}

impl std::fmt::Display for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", self.method, self.address, self.body())
    }
}
