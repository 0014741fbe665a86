//! Microversions: the client says which 2.x or 3.x it wants, every answer says which one it is.

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

/// The `x` of the oldest 2.x of compute that is served.
pub const OLDEST: u16 = 1;
/// The `x` of the newest 2.x of compute that is served.
pub const NEWEST: u16 = 96;
/// The `x` of the newest 3.x of volume that is served.
pub const NEWEST_VOLUME: u16 = 70;

/// Where the API is served as well, for clients that know it by this name.
pub const OLD_NAME: &str = "/compute/v2/";

/// A service with versions to agree on.
struct Api {
    name: &'static str,
    /// Below this path alone.
    below: &'static str,
    major: u16,
    oldest: u16,
    newest: u16,
    /// What clients said before all services had one header for it.
    legacy: Option<&'static str>,
    /// What answers depend on.
    vary: &'static str,
}

const COMPUTE: Api = Api {
    name: "compute",
    below: "/compute/v2.1",
    major: 2,
    oldest: OLDEST,
    newest: NEWEST,
    legacy: Some(LEGACY_HEADER),
    vary: "OpenStack-API-Version, X-OpenStack-Nova-API-Version",
};
const VOLUME: Api = Api {
    name: "volume",
    below: "/volume/v3",
    major: 3,
    oldest: 0,
    newest: NEWEST_VOLUME,
    legacy: None,
    vary: "OpenStack-API-Version",
};

const HEADER: &str = "openstack-api-version";
const LEGACY_HEADER: &str = "x-openstack-nova-api-version";

/// The `x` of the 2.x (or 3.x, of volume) in which a request is answered.
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
        Error::not_found(Noun::Resource, format!("(in microversion 2.{})", self.0))
    }
}

impl<S: Sync> FromRequestParts<S> for Microversion {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        Ok(parts.extensions.get().copied().unwrap_or(Self(OLDEST)))
    }
}

/// Agrees on a version of compute's, or refuses; marks every answer with it, but for those before which nothing was agreed on.
pub async fn compute(request: Request, next: Next) -> Response {
    negotiate(&COMPUTE, request, next).await
}

/// As [`compute`], on one of volume's.
pub async fn volume(request: Request, next: Next) -> Response {
    negotiate(&VOLUME, request, next).await
}

async fn negotiate(api: &Api, mut request: Request, next: Next) -> Response {
    let id = request_id::of(request.extensions());
    let (version, mut response) = match agree(api, request.uri().path(), request.headers()) {
        Ok(agreed) => {
            if let Some(version) = agreed {
                request.extensions_mut().insert(version);
            }
            (agreed.map(|version| format!("{}.{}", api.major, version.0)), next.run(request).await)
        }
        Err(refusal) => (refusal.wanted, refusal.response),
    };
    let mut headers = vec![("x-compute-request-id", id)];
    // Who is unknown is told nothing of versions, as by the middleware in front of Nova.
    if let Some(version) = version.filter(|_| response.status() != StatusCode::UNAUTHORIZED) {
        headers.push((HEADER, format!("{} {version}", api.name)));
        headers.extend(api.legacy.map(|header| (header, version)));
        headers.push(("vary", api.vary.to_owned()));
    }
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Why there is no version to answer in.
#[derive(Debug)]
struct Refusal {
    /// What was asked for, if that could be a version.
    wanted: Option<String>,
    response: Response,
}

/// The version to answer in; none where there are no versions.
fn agree(api: &Api, path: &str, headers: &HeaderMap) -> Result<Option<Microversion>, Refusal> {
    let Api { major, oldest, newest, .. } = *api;
    if !path.starts_with(api.below) {
        return Ok(None);
    }
    let services = header(headers, HEADER).into_iter().flat_map(|line| line.split(','));
    let ours = services.filter_map(|entry| entry.trim().strip_prefix(api.name)?.strip_prefix(' ')).next();
    let wanted = match ours.or(api.legacy.and_then(|name| header(headers, name))).map(str::trim) {
        None => return Ok(Some(Microversion(oldest))),
        Some("latest") => return Ok(Some(Microversion(newest))),
        Some(wanted) => wanted,
    };
    let parts: Option<(u16, u16)> =
        wanted.split_once('.').and_then(|(major, minor)| Some((major.parse().ok()?, minor.parse().ok()?)));
    match parts {
        Some((of, minor)) if of == major && (oldest..=newest).contains(&minor) => Ok(Some(Microversion(minor))),
        Some(_) => Err(Refusal {
            wanted: Some(wanted.to_owned()),
            response: refusal(
                StatusCode::NOT_ACCEPTABLE,
                "computeFault",
                format!(
                    "Version {wanted} is not supported by the API. Minimum is {major}.{oldest} and maximum is \
                     {major}.{newest}."
                ),
            ),
        }),
        None => Err(Refusal {
            wanted: None,
            response: refusal(
                StatusCode::BAD_REQUEST,
                "badRequest",
                format!("API Version String {wanted} is of invalid format. Must be of format MajorNum.MinorNum."),
            ),
        }),
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
        let agreed = agree(&COMPUTE, "/compute/v2.1/servers", &headers);
        agreed.map(|version| version.unwrap().0).map_err(|refusal| refusal.response.status())
    }

    #[test]
    fn versions_are_agreed_on_or_refused() {
        assert_eq!(agree(&COMPUTE, "/compute/v2.1", &HeaderMap::new()).unwrap(), Some(Microversion(OLDEST)));
        assert_eq!(agree(&COMPUTE, "/compute/v2/servers", &HeaderMap::new()).unwrap(), None);
        assert_eq!(agree(&VOLUME, "/volume/v3/p/volumes", &HeaderMap::new()).unwrap(), Some(Microversion(0)));
        assert_eq!(agreed(HEADER, "compute 2.6"), Ok(6));
        assert_eq!(agreed(HEADER, "volume 3.27, compute 2.2"), Ok(2));
        assert_eq!(agreed(HEADER, "volume 3.27"), Ok(OLDEST));
        assert_eq!(agreed(LEGACY_HEADER, "latest"), Ok(NEWEST));
        assert_eq!(agreed(HEADER, "compute 2.999"), Err(StatusCode::NOT_ACCEPTABLE));
        assert_eq!(agreed(HEADER, "compute 3.1"), Err(StatusCode::NOT_ACCEPTABLE));
        assert_eq!(agreed(HEADER, "compute abc"), Err(StatusCode::BAD_REQUEST));
    }
}
