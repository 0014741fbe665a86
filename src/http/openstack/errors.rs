//! Each service's own way to word a failure.

use axum::Json;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::http::failure::{Asked, Failure};
use crate::model::{Kind, Noun, Reason};

/// What a missing, bad or insufficient proof of who one is is answered with.
const UNAUTHENTICATED: &str = "The request you have made requires authentication.";

/// `{"error": {"code", "message", "title"}}`, in Keystone's words where it has its own.
pub fn identity(failure: &Failure, asked: &Asked) -> Response {
    let sentence = match (failure.kind, &failure.error.reason) {
        (Kind::Unauthenticated, _) => UNAUTHENTICATED.to_owned(),
        (_, Reason::NotFound { noun, id }) => format!("Could not find {}: {id}.", noun.to_string().to_lowercase()),
        (_, Reason::Forbidden { action }) => {
            format!("You are not authorized to perform the requested action: {action}.")
        }
        (_, Reason::Duplicate { noun, name }) => {
            let noun = noun.to_string().to_lowercase();
            format!("Conflict occurred attempting to store {noun} - there is one with the name {name} already.")
        }
        _ => failure.words(),
    };
    let response = titled(failure.status(), &sentence);
    if failure.kind == Kind::Unauthenticated { challenge(response, asked, "/v3") } else { response }
}

/// `{"itemNotFound": {"code", "message"}}`, the fault's name by what went wrong.
pub fn compute(failure: &Failure, asked: &Asked) -> Response {
    match failure.kind {
        Kind::Unauthenticated => unauthenticated(asked),
        _ => fault(fault_name(failure).unwrap_or("computeFault"), failure.status(), failure),
    }
}

/// As compute; a limit passed is a 413.
pub fn volume(failure: &Failure, asked: &Asked) -> Response {
    match failure.kind {
        Kind::Unauthenticated => unauthenticated(asked),
        Kind::OverQuota => fault("overLimit", StatusCode::PAYLOAD_TOO_LARGE, failure),
        _ => fault(fault_name(failure).unwrap_or("volumeFault"), failure.status(), failure),
    }
}

/// `{"code": "404 Not Found", "message", "title": "Not Found"}`; a limit passed is a 413.
pub fn image(failure: &Failure, asked: &Asked) -> Response {
    let status = match failure.kind {
        Kind::OverQuota => StatusCode::PAYLOAD_TOO_LARGE,
        _ => failure.status(),
    };
    let title = status.canonical_reason().unwrap_or_default();
    let body = json!({ "message": failure.words(), "code": format!("{} {title}", status.as_u16()), "title": title });
    let response = answer(status, body);
    if failure.kind == Kind::Unauthenticated { challenge(response, asked, "") } else { response }
}

/// `{"NeutronError": {"type", "message", "detail"}}`; a limit passed is a 409.
pub fn network(failure: &Failure, asked: &Asked) -> Response {
    let status = match failure.kind {
        Kind::Unauthenticated => return unauthenticated(asked),
        Kind::OverQuota => StatusCode::CONFLICT,
        _ => failure.status(),
    };
    let sentence = match &failure.error.reason {
        // Clients that make sure of a rule look for these words.
        Reason::Duplicate { noun: Noun::SecurityGroupRule, name } => {
            format!("Security group rule already exists: {name}.")
        }
        _ => failure.words(),
    };
    let body = json!({ "type": neutron_type(failure), "message": sentence, "detail": "" });
    answer(status, json!({ "NeutronError": body }))
}

fn neutron_type(failure: &Failure) -> String {
    match (&failure.error.reason, failure.kind) {
        (Reason::NotFound { noun: Noun::FloatingIp, .. }, _) => "FloatingIPNotFound".into(),
        (Reason::NotReachable { .. }, _) => "ExternalGatewayForFloatingIPNotFound".into(),
        (Reason::NoInterface { .. }, _) => "RouterInterfaceNotFound".into(),
        (Reason::SegmentInUse { segment, .. }, _) if segment.starts_with("VLAN") => "VlanIdInUse".into(),
        (Reason::SegmentInUse { .. }, _) => "FlatNetworkInUse".into(),
        (Reason::NoFreeVlan { .. }, _) => "NoNetworkAvailable".into(),
        (Reason::ExternalOnly { .. }, _) => "ExternalNetworkAttachForbidden".into(),
        (Reason::NotFound { noun: Noun::RbacPolicy, .. }, _) => "RbacPolicyNotFound".into(),
        (Reason::Duplicate { noun: Noun::SecurityGroupRule, .. }, _) => "SecurityGroupRuleExists".into(),
        (Reason::RevisionMismatch { .. }, _) => "RevisionNumberConstraintFailed".into(),
        (Reason::NotFound { noun, .. }, _) => format!("{noun:?}NotFound"),
        (Reason::InUse { noun, .. }, _) => format!("{noun:?}InUse"),
        (Reason::AddressInUse { .. }, _) => "IpAddressAlreadyAllocated".into(),
        (Reason::NoFreeAddress { .. }, _) => "IpAddressGenerationFailure".into(),
        (Reason::Malformed { .. }, _) => webob_name(failure.status()).into(),
        (_, Kind::BadRequest) => "InvalidInput".into(),
        (_, Kind::Forbidden) => "PolicyNotAuthorized".into(),
        (_, Kind::OverQuota) => "OverQuota".into(),
        (_, Kind::Conflict) => "Conflict".into(),
        (_, Kind::Unavailable) => "ServiceUnavailable".into(),
        _ => "HTTPInternalServerError".into(),
    }
}

/// What the library behind Neutron calls a refusal of the request itself.
fn webob_name(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "HTTPNotFound",
        StatusCode::METHOD_NOT_ALLOWED => "HTTPMethodNotAllowed",
        StatusCode::REQUEST_TIMEOUT => "HTTPRequestTimeout",
        StatusCode::PAYLOAD_TOO_LARGE => "HTTPRequestEntityTooLarge",
        _ => "HTTPBadRequest",
    }
}

/// What Nova calls a failure with this status; the others are all one to it.
fn fault_name(failure: &Failure) -> Option<&'static str> {
    Some(match failure.status() {
        StatusCode::BAD_REQUEST => "badRequest",
        StatusCode::UNAUTHORIZED => "unauthorized",
        StatusCode::FORBIDDEN => "forbidden",
        StatusCode::NOT_FOUND => "itemNotFound",
        StatusCode::METHOD_NOT_ALLOWED => "badMethod",
        StatusCode::CONFLICT | StatusCode::PRECONDITION_FAILED => "conflictingRequest",
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::TOO_MANY_REQUESTS => "overLimit",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "badMediaType",
        StatusCode::SERVICE_UNAVAILABLE => "serviceUnavailable",
        _ => return None,
    })
}

fn fault(name: &str, status: StatusCode, failure: &Failure) -> Response {
    answer(status, json!({ name: { "code": status.as_u16(), "message": failure.words() } }))
}

/// What the middleware in front of every service but identity says about a missing or bad token.
fn unauthenticated(asked: &Asked) -> Response {
    let response = titled(StatusCode::UNAUTHORIZED, UNAUTHENTICATED);
    challenge(response, asked, "")
}

fn titled(status: StatusCode, message: &str) -> Response {
    let title = status.canonical_reason();
    answer(status, json!({ "error": { "code": status.as_u16(), "message": message, "title": title } }))
}

/// Says where tokens are to be had.
fn challenge(mut response: Response, asked: &Asked, version: &str) -> Response {
    if let Ok(value) =
        HeaderValue::from_str(&format!("Keystone uri=\"{}\"", asked.base.url(&format!("/identity{version}"))))
    {
        response.headers_mut().insert(WWW_AUTHENTICATE, value);
    }
    response
}

fn answer(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}
