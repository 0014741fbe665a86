//! How an error becomes an answer.
//!
//! A handler fails with a [`Failure`], which keeps the domain's error beside a plain answer. The routes' own layer
//! ([`shape`]) then words it as their clients expect, and [`super::trace::log`] logs its cause once.

use std::any::Any;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, ALLOW};
use axum::http::{HeaderName, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::base::Base;
use super::request_id;
use crate::model::{Error, Kind, Reason};

/// Which kinds of patches a resource takes; said with a refusal of another kind.
pub const ACCEPT_PATCH: HeaderName = HeaderName::from_static("accept-patch");

/// An error on its way out.
#[derive(Debug, Clone)]
pub struct Failure {
    pub error: Error,
    /// What kind of answer it becomes; mostly the error's own.
    pub kind: Kind,
    /// The answer's status where that is a matter of HTTP alone, for which the domain has no word.
    http: Option<StatusCode>,
}

impl Failure {
    /// An error that becomes another kind of answer than it mostly does.
    pub fn of_kind(error: Error, kind: Kind) -> Self {
        Self { error, kind, http: None }
    }

    /// A refusal of the request itself, such as of its method or of a body that is too long, in these words.
    pub fn of_request(status: StatusCode, words: impl Into<String>) -> Self {
        Self::from(Reason::Malformed { why: words.into() }).with_status(status)
    }

    /// The same, answered with a status that no kind stands for.
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { http: Some(status), ..self }
    }

    /// Something that the request's body names does not exist: the body is at fault then, not the address.
    pub fn in_body(error: Error) -> Self {
        let kind = match error.kind() {
            Kind::NotFound => Kind::BadRequest,
            kind => kind,
        };
        Self::of_kind(error, kind)
    }

    /// What the client is told.
    pub fn words(&self) -> String {
        match (&self.error.reason, self.http) {
            (Reason::Malformed { why }, Some(_)) => why.clone(),
            (reason, _) => reason.to_string(),
        }
    }

    /// The status that it is answered with, unless the service has other habits.
    pub fn status(&self) -> StatusCode {
        self.http.unwrap_or_else(|| status(self.kind))
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = error.kind();
        Self::of_kind(error, kind)
    }
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Error::from(reason).into()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = (self.status(), Json(&self.error)).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The status that most answers of a kind have.
pub fn status(kind: Kind) -> StatusCode {
    match kind {
        Kind::BadRequest => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden | Kind::OverQuota => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// What a shape may look at beside the error.
pub struct Asked {
    pub base: Base,
    /// Whether the client would rather have JSON than a sentence.
    pub json: bool,
}

/// How a family of routes words a failure.
pub type Shape = fn(&Failure, &Asked) -> Response;

/// Names the request in a failure and words it.
pub async fn shape(State((shape, secure)): State<(Shape, bool)>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let id = request_id::of(&parts.extensions);
    let accept = parts.headers.get(ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let asked = Asked { base: Base::of(&parts, secure), json: accept.contains("application/json") };
    let response = next.run(Request::from_parts(parts, body)).await;
    let Some(failure) = response.extensions().get::<Failure>().cloned() else { return response };
    let failure = Failure { error: failure.error.with_request_id(&id), ..failure };
    let mut shaped = shape(&failure, &asked);
    for name in [ALLOW, ACCEPT_PATCH] {
        if let Some(value) = response.headers().get(&name) {
            shaped.headers_mut().insert(name, value.clone());
        }
    }
    shaped.extensions_mut().insert(failure);
    shaped
}

/// The shape of the dashboard's own routes: the error as JSON for scripts, else its sentence.
pub fn plain(failure: &Failure, asked: &Asked) -> Response {
    let status = failure.status();
    if asked.json {
        return (status, Json(&failure.error)).into_response();
    }
    (status, format!("{}\n", failure.error)).into_response()
}

/// A handler panicked: a fault of ours like any other.
pub fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str).or(panic.downcast_ref::<&str>().copied());
    Failure::from(Error::internal(format!("panic: {}", text.unwrap_or("without a word")))).into_response()
}
