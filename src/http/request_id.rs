//! One id for each request: in the answer's header, in every log line, event and error.

use axum::extract::Request;
use axum::http::{Extensions, HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::control::context::new_request_id;
use crate::model::RequestId;

/// OpenStack's header for it, in requests between services and in every answer.
pub const HEADER: &str = "x-openstack-request-id";

/// Gives the request an id, or keeps the one that an agent sends along, so that a launch is one request throughout.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let id = inbound(request.headers()).unwrap_or_else(new_request_id);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = next.run(request).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, id);
    }
    response
}

/// The id that [`assign`] gave.
pub fn of(extensions: &Extensions) -> String {
    extensions.get::<RequestId>().map_or_else(new_request_id, |id| id.0.clone())
}

fn inbound(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(HEADER)?.to_str().ok()?;
    let uuid = uuid::Uuid::try_parse(id.strip_prefix("req-")?).ok()?;
    // Only the usual spelling, so that an id reads the same wherever it is searched for.
    let id = format!("req-{uuid}");
    (headers.get(HEADER)? == id.as_str()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_well_formed_id_is_kept() {
        let kept = |text: &str| inbound(&HeaderMap::from_iter([(HEADER.parse().unwrap(), text.parse().unwrap())]));
        let good = "req-0b6b4a2c-2f1f-4f4e-9d1c-0a5d5c6b7e8f";
        assert_eq!(kept(good).as_deref(), Some(good));
        for bad in ["", "req-", "req-1", "0b6b4a2c-2f1f-4f4e-9d1c-0a5d5c6b7e8f", "req-0B6B4A2C2F1F4F4E9D1C0A5D5C6B7E8F"]
        {
            assert_eq!(kept(bad), None, "{bad}");
        }
    }
}
