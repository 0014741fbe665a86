//! Microversions: the client says which 2.x it wants, every answer says which one it is.

use axum::Json;
use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;

use crate::http::openstack::auth::header;
use crate::http::request_id;
use crate::model::{Error, Noun};

/// The `x` of the oldest 2.x that is served.
pub const OLDEST: u16 = 1;
/// The `x` of the newest 2.x that is served.
pub const NEWEST: u16 = 96;

/// Where the API is served as well, for clients that know it by this name.
pub const OLD_NAME: &str = "/compute/v2/";

const HEADER: &str = "openstack-api-version";
const LEGACY_HEADER: &str = "x-openstack-nova-api-version";

/// The `x` of the 2.x in which a request is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Microversion(pub u16);

impl Microversion {
    /// Whether something that came with 2.`since` is there.
    ///
    /// # Errors
    /// `NotFound`, as if there were no such thing.
    pub fn at_least(self, since: u16) -> Result<(), Error> {
        if self.0 >= since { Ok(()) } else { Err(self.without()) }
    }

    /// Whether something that went after 2.`until` is still there.
    ///
    /// # Errors
    /// As [`Self::at_least`].
    pub fn at_most(self, until: u16) -> Result<(), Error> {
        if self.0 <= until { Ok(()) } else { Err(self.without()) }
    }

    fn without(self) -> Error {
        Error::not_found(Noun::Resource, format!("(in microversion {self})"))
    }
}

impl std::fmt::Display for Microversion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "2.{}", self.0)
    }
}

impl<S: Sync> FromRequestParts<S> for Microversion {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(OLDEST)))
    }
}

/// Agrees on a version, or refuses; marks every answer with it.
pub async fn negotiate(mut request: Request, next: Next) -> Response {
    let id = request_id::of(request.extensions());
    // The older name of the API has no microversions.
    let agreed = match request.uri().path().starts_with(OLD_NAME) {
        true => Ok(Microversion(OLDEST)),
        false => agree(request.headers()),
    };
    let (version, mut response) = match agreed {
        Ok(version) => {
            request.extensions_mut().insert(version);
            (version, next.run(request).await)
        }
        Err(refusal) => (Microversion(OLDEST), refusal),
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (HEADER, format!("compute {version}")),
        (LEGACY_HEADER, version.to_string()),
        ("x-compute-request-id", id),
        ("vary", "OpenStack-API-Version, X-OpenStack-Nova-API-Version".to_owned()),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    response
}

fn agree(headers: &HeaderMap) -> Result<Microversion, Response> {
    let services = header(headers, HEADER).into_iter().flat_map(|line| line.split(','));
    let ours = services.filter_map(|entry| entry.trim().strip_prefix("compute ")).next();
    let Some(wanted) = ours.or(header(headers, LEGACY_HEADER)).map(str::trim) else { return Ok(Microversion(OLDEST)) };
    if wanted == "latest" {
        return Ok(Microversion(NEWEST));
    }
    let parts = wanted.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match parts {
        Some((2u16, minor)) if (OLDEST..=NEWEST).contains(&minor) => Ok(Microversion(minor)),
        Some(_) => Err(refusal(
            StatusCode::NOT_ACCEPTABLE,
            "computeFault",
            format!("Version {wanted} is not supported by the API. Minimum is 2.{OLDEST} and maximum is 2.{NEWEST}."),
        )),
        None => Err(refusal(
            StatusCode::BAD_REQUEST,
            "badRequest",
            format!("API Version String {wanted} is of invalid format. Must be of format MajorNum.MinorNum."),
        )),
    }
}

fn refusal(status: StatusCode, fault: &str, message: String) -> Response {
    (status, Json(json!({ fault: { "code": status.as_u16(), "message": message } }))).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreed(name: &'static str, value: &str) -> Result<u16, StatusCode> {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        agree(&headers).map(|version| version.0).map_err(|response| response.status())
    }

    #[test]
    fn versions_are_agreed_on_or_refused() {
        assert_eq!(agree(&HeaderMap::new()).unwrap(), Microversion(OLDEST));
        assert_eq!(agreed(HEADER, "compute 2.6"), Ok(6));
        assert_eq!(agreed(HEADER, "volume 3.27, compute 2.2"), Ok(2));
        assert_eq!(agreed(HEADER, "volume 3.27"), Ok(OLDEST));
        assert_eq!(agreed(LEGACY_HEADER, "latest"), Ok(NEWEST));
        assert_eq!(agreed(HEADER, "compute 2.999"), Err(StatusCode::NOT_ACCEPTABLE));
        assert_eq!(agreed(HEADER, "compute 3.1"), Err(StatusCode::NOT_ACCEPTABLE));
        assert_eq!(agreed(HEADER, "compute abc"), Err(StatusCode::BAD_REQUEST));
    }
}
