//! The REST APIs of image, network and volume, in OpenStack's shapes, called with the user's token.

mod image;
mod network;
mod volume;

pub use image::ImageRecord;
pub use network::{NewPort, PortRecord};

use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::bus::trace;
use crate::model::error::root_cause;
use crate::model::{Error, InstanceId, Reason, Result};

/// How often a request is repeated while the API cannot be reached; it may be starting just as we are.
const ATTEMPTS: u32 = 10;
/// How long an idle connection is kept: less than the APIs keep one, for a request that meets a closing connection is lost.
const IDLE: Duration = Duration::from_secs(30);
/// The most of a service's message that people are shown.
const MAX_MESSAGE: usize = 400;

/// On whose behalf a request goes out.
#[derive(Clone, Copy)]
pub struct Caller<'a> {
    pub token: &'a str,
    pub request_id: &'a str,
    /// The instance that it is for, if it is for one.
    pub instance: Option<&'a InstanceId>,
}

/// A client of the REST APIs at one address.
pub struct Rest {
    http: Client,
    /// For data on their way out, during which there is nothing to read for as long as it takes.
    uploads: Client,
    base: String,
}

impl Rest {
    /// A client of the APIs below `base`, such as `http://127.0.0.1:8080`.
    ///
    /// # Errors
    /// When the HTTP client cannot be made.
    pub fn new(base: &str) -> Result<Self> {
        let client = || Client::builder().no_proxy().connect_timeout(Duration::from_secs(5)).pool_idle_timeout(IDLE);
        let http = client().read_timeout(Duration::from_secs(60)).build().map_err(Error::internal)?;
        let uploads = client().build().map_err(Error::internal)?;
        Ok(Self { http, uploads, base: base.trim_end_matches('/').to_owned() })
    }

    /// Sends a request and gives the answer back if it is a success. It may be sent several times over, also when an
    /// earlier one may have been carried out, so it must mean the same then.
    async fn send(
        &self,
        service: &str,
        caller: Caller<'_>,
        request: impl Fn(&Client) -> RequestBuilder,
    ) -> Result<Response> {
        let mut pause = Duration::from_millis(100);
        let mut attempt = 1;
        loop {
            let answer = on_behalf(caller, request(&self.http)).send().await;
            let refusal = match answer {
                Ok(answer) if answer.status().is_success() => return Ok(answer),
                Ok(answer) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => {
                    return Err(refusal(service, answer).await);
                }
                Ok(answer) => refusal(service, answer).await,
                Err(error) => unreachable(service, error),
            };
            if attempt == ATTEMPTS {
                return Err(refusal);
            }
            attempt += 1;
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(Duration::from_secs(2));
        }
    }

    /// As [`Rest::send`], once: whoever asks finds out what became of a request without an answer.
    async fn send_once(&self, service: &str, caller: Caller<'_>, request: RequestBuilder) -> Result<Response> {
        match on_behalf(caller, request).send().await {
            Ok(answer) if answer.status().is_success() => Ok(answer),
            Ok(answer) => Err(refusal(service, answer).await),
            Err(error) => Err(unreachable(service, error)),
        }
    }

    async fn get_json<T: DeserializeOwned>(&self, service: &str, caller: Caller<'_>, path: &str) -> Result<T> {
        let address = format!("{}{path}", self.base);
        let answer = self.send(service, caller, |http| http.get(&address)).await?;
        answer.json().await.map_err(|error| unreachable(service, error))
    }
}

fn on_behalf(caller: Caller<'_>, request: RequestBuilder) -> RequestBuilder {
    let request = match trace::current() {
        Some(trace) => request.header(trace::HEADER, trace),
        None => request,
    };
    let request = match caller.instance {
        Some(instance) => request.header("X-Arcus-Instance", instance.as_str()),
        None => request,
    };
    request.header("X-Auth-Token", caller.token).header("X-Openstack-Request-Id", caller.request_id)
}

/// Whether a service is out of reach or not ready, so that asking later makes sense.
fn is_outage(error: &Error) -> bool {
    match &error.reason {
        Reason::Unavailable { .. } => true,
        Reason::ServiceRefused { status, .. } => *status == StatusCode::SERVICE_UNAVAILABLE.as_u16(),
        _ => false,
    }
}

/// The wait before something is attempted anew.
const PAUSE: Duration = Duration::from_secs(1);

/// Attempts something up to so many times, while what it asks of a service fails because that is away.
///
/// # Errors
/// As the last attempt's.
pub async fn despite_outages<T, F>(attempts: u32, what: &str, attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    for _ in 1..attempts {
        match attempt().await {
            Err(error) if is_outage(&error) => {
                tracing::warn!(%error, "{what} again");
                tokio::time::sleep(PAUSE).await;
            }
            done => return done,
        }
    }
    attempt().await
}

/// The error for a service that does not answer, or not in words that can be read.
fn unreachable(service: &str, error: reqwest::Error) -> Error {
    let why = root_cause(&error).to_string();
    Error::because(Reason::Unavailable { part: service.to_owned(), why }, error)
}

async fn refusal(service: &str, answer: Response) -> Error {
    let status = answer.status();
    let body = answer.text().await.unwrap_or_default();
    let message =
        message_in(&body).unwrap_or_else(|| status.canonical_reason().unwrap_or("no reason given").to_owned());
    Reason::ServiceRefused { service: service.to_owned(), status: status.as_u16(), message }.into()
}

/// Digs the sentence for people out of an error: `{"NeutronError": {"message": …}}`, `{"itemNotFound": {"message": …}}`,
/// `{"message": …}`, or plain text.
fn message_in(body: &str) -> Option<String> {
    let found = match serde_json::from_str::<Value>(body) {
        Ok(Value::Object(members)) => members
            .get("message")
            .or_else(|| members.values().find_map(|member| member.get("message")))
            .and_then(Value::as_str)
            .map(str::to_owned),
        Ok(Value::String(text)) => Some(text),
        Ok(_) => None,
        Err(_) => Some(body.to_owned()),
    }?;
    let message: String = found.trim().chars().take(MAX_MESSAGE).collect();
    (!message.is_empty()).then_some(message)
}

#[cfg(test)]
mod tests {
    use super::message_in;

    #[test]
    fn each_service_s_own_error_shape_is_read() {
        let said = Some("Network could not be found.".to_owned());
        for body in [
            r#"{"NeutronError": {"type": "NetworkNotFound", "message": "Network could not be found.", "detail": ""}}"#,
            r#"{"itemNotFound": {"code": 404, "message": "Network could not be found."}}"#,
            r#"{"error": {"code": 404, "title": "Not Found", "message": "Network could not be found."}}"#,
            r#"{"code": 404, "title": "Not Found", "message": "Network could not be found."}"#,
            "Network could not be found.\n",
        ] {
            assert_eq!(message_in(body), said, "{body}");
        }
        assert_eq!(message_in(""), None);
        assert_eq!(message_in("[]"), None);
    }
}
