//! Each service's own way to word a failure.

use axum::Json;
use axum::http::header::WWW_AUTHENTICATE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use crate::http::failure::{Asked, Failure, status};
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
        (_, reason) => reason.to_string(),
    };
    let response = titled(status(failure.kind), &sentence);
    if failure.kind == Kind::Unauthenticated { challenge(response, asked, "/v3") } else { response }
}

/// `{"itemNotFound": {"code", "message"}}`, the fault's name by what went wrong.
pub fn compute(failure: &Failure, asked: &Asked) -> Response {
    match failure.kind {
        Kind::Unauthenticated => unauthenticated(asked),
        Kind::Internal => fault("computeFault", status(failure.kind), failure),
        kind => fault(fault_name(kind), status(kind), failure),
    }
}

/// As compute; a limit passed is a 413.
pub fn volume(failure: &Failure, asked: &Asked) -> Response {
    match failure.kind {
        Kind::Unauthenticated => unauthenticated(asked),
        Kind::OverQuota => fault("overLimit", StatusCode::PAYLOAD_TOO_LARGE, failure),
        Kind::Internal => fault("volumeFault", status(failure.kind), failure),
        kind => fault(fault_name(kind), status(kind), failure),
    }
}

/// `{"code": "404 Not Found", "message", "title": "Not Found"}`; a limit passed is a 413.
pub fn image(failure: &Failure, asked: &Asked) -> Response {
    let status = match failure.kind {
        Kind::OverQuota => StatusCode::PAYLOAD_TOO_LARGE,
        kind => status(kind),
    };
    let response = image_fault(status, &failure.error.to_string());
    if failure.kind == Kind::Unauthenticated { challenge(response, asked, "") } else { response }
}

/// As [`image`], for a status that no kind of error has.
pub fn image_fault(status: StatusCode, message: &str) -> Response {
    let title = status.canonical_reason().unwrap_or_default();
    answer(status, json!({ "message": message, "code": format!("{} {title}", status.as_u16()), "title": title }))
}

/// `{"NeutronError": {"type", "message", "detail"}}`; a limit passed is a 409.
pub fn network(failure: &Failure, asked: &Asked) -> Response {
    let status = match failure.kind {
        Kind::Unauthenticated => return unauthenticated(asked),
        Kind::OverQuota => StatusCode::CONFLICT,
        kind => status(kind),
    };
    let sentence = match &failure.error.reason {
        // Clients that make sure of a rule look for these words.
        Reason::Duplicate { noun: Noun::SecurityGroupRule, name } => {
            format!("Security group rule already exists: {name}.")
        }
        reason => reason.to_string(),
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
        (Reason::ExternalOnly { .. }, _) => "ExternalNetworkAttachForbidden".into(),
        (Reason::NotFound { noun: Noun::RbacPolicy, .. }, _) => "RbacPolicyNotFound".into(),
        (Reason::Duplicate { noun: Noun::SecurityGroupRule, .. }, _) => "SecurityGroupRuleExists".into(),
        (Reason::RevisionMismatch { .. }, _) => "RevisionNumberConstraintFailed".into(),
        (Reason::NotFound { noun, .. }, _) => format!("{noun:?}NotFound"),
        (Reason::InUse { noun, .. }, _) => format!("{noun:?}InUse"),
        (Reason::AddressInUse { .. }, _) => "IpAddressAlreadyAllocated".into(),
        (Reason::NoFreeAddress { .. }, _) => "IpAddressGenerationFailure".into(),
        (_, Kind::BadRequest) => "InvalidInput".into(),
        (_, Kind::Forbidden) => "PolicyNotAuthorized".into(),
        (_, Kind::OverQuota) => "OverQuota".into(),
        (_, Kind::Conflict) => "Conflict".into(),
        (_, Kind::Unavailable) => "ServiceUnavailable".into(),
        _ => "HTTPInternalServerError".into(),
    }
}

fn fault_name(kind: Kind) -> &'static str {
    match kind {
        Kind::BadRequest => "badRequest",
        Kind::Unauthenticated => "unauthorized",
        Kind::Forbidden | Kind::OverQuota => "forbidden",
        Kind::NotFound => "itemNotFound",
        Kind::Conflict | Kind::PreconditionFailed => "conflictingRequest",
        Kind::Throttled => "overLimit",
        Kind::Unavailable => "serviceUnavailable",
        Kind::Internal => "internalServerError",
    }
}

fn fault(name: &str, status: StatusCode, failure: &Failure) -> Response {
    answer(status, json!({ name: { "code": status.as_u16(), "message": failure.error.to_string() } }))
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
