//! Fetches data over HTTP from where the setting allows, and from nowhere else.

use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, BoxStream};
use futures::{StreamExt as _, TryStreamExt as _};
use reqwest::header::{ACCEPT_ENCODING, CONTENT_ENCODING, LOCATION};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use tokio_util::bytes::Bytes;

use super::gate::{Gate, Refused};
use super::running::Import;
use crate::model::error::root_cause;
use crate::model::{Error, Reason, Result, validate};

/// A chain of more redirects leads nowhere.
const MAX_REDIRECTS: usize = 5;
/// Characters that an address may have.
const MAX_ADDRESS: u32 = 2048;

/// How long is waited, and for how much.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For a connection.
    pub connect: Duration,
    /// For the answer, and for each next part of it.
    pub silence: Duration,
    /// For all of it.
    pub whole: Duration,
    /// Bytes that an image may have.
    pub most: u64,
}

/// Whence images are fetched.
pub struct Web {
    http: Client,
    gate: Arc<Gate>,
    pub limits: Limits,
}

impl Web {
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(gate: Gate, limits: Limits) -> Result<Self> {
        let gate = Arc::new(gate);
        // A proxy would resolve names itself, and reach what must not be reached. Redirects are followed here, each
        // checked; every connection is a new one, so that its address is looked up and checked as well.
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .dns_resolver(gate.clone())
            .pool_max_idle_per_host(0)
            .connect_timeout(limits.connect)
            .read_timeout(limits.silence)
            .user_agent(concat!("arcus/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::internal)?;
        Ok(Self { http, gate, limits })
    }

    /// Reads an address, if as far as can be seen in it something may be fetched from there.
    ///
    /// # Errors
    /// `ImportRefused`, `TooLong`.
    pub fn address(&self, uri: &str) -> Result<Url> {
        validate::at_most("uri", uri, MAX_ADDRESS)?;
        let no_url = |why: &str| refused(uri.split(['?', '#']).next().unwrap_or_default(), why);
        let url = Url::parse(uri).map_err(|error| no_url(&error.to_string()))?;
        self.gate.check(&url).map_err(|Refused(why)| refused(&shown(&url), &why))?;
        Ok(url)
    }

    /// The data at an address as it comes, or the error that ends it; `import` follows how far it is.
    pub fn fetch(self: &Arc<Self>, url: Url, import: Arc<Import>) -> BoxStream<'static, Result<Bytes>> {
        let web = self.clone();
        let body = async move {
            let (url, answer) = web.open(url).await?;
            if let Some(size) = answer.content_length() {
                web.fits(size)?;
                import.expect(size);
            }
            let mut size = 0;
            Ok::<_, Error>(answer.bytes_stream().map(move |part| {
                let part = part.map_err(|error| broken(&url, error))?;
                size += part.len() as u64;
                web.fits(size)?;
                import.arrived(size);
                Ok::<_, Error>(part)
            }))
        };
        stream::once(body).try_flatten().boxed()
    }

    fn fits(&self, size: u64) -> Result<()> {
        let max = self.limits.most;
        if size > max { Err(Reason::ImageTooLarge { max }.into()) } else { Ok(()) }
    }

    /// The answer that holds the data, and where it was in the end.
    async fn open(&self, mut url: Url) -> Result<(Url, Response)> {
        for _ in 0..=MAX_REDIRECTS {
            self.gate.check(&url).map_err(|Refused(why)| refused(&shown(&url), &why))?;
            let request = self.http.get(url.clone()).header(ACCEPT_ENCODING, "identity");
            let answer = request.send().await.map_err(|error| broken(&url, error))?;
            let status = answer.status();
            if status == StatusCode::OK {
                return match answer.headers().get(CONTENT_ENCODING) {
                    Some(coding) if coding != "identity" => Err(failed(&url, "it sends the data compressed, unasked")),
                    _ => Ok((url, answer)),
                };
            }
            let next = answer.headers().get(LOCATION).filter(|_| status.is_redirection());
            let Some(next) = next.and_then(|next| next.to_str().ok()) else {
                return Err(failed(&url, &format!("it answered {status}")));
            };
            let next = url.join(next).map_err(|error| failed(&url, &format!("it redirects to {next:?}: {error}")))?;
            if url.scheme() == "https" && next.scheme() != "https" {
                return Err(refused(&shown(&next), "it is where a redirect leads from https to what is not"));
            }
            url = next;
        }
        Err(failed(&url, &format!("more than {MAX_REDIRECTS} redirects led there")))
    }
}

/// An address without what may be secret in it.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Where there can be neither, there is neither.
    let _ = url.set_username("").and_then(|()| url.set_password(None));
    url.to_string()
}

fn refused(address: &str, why: &str) -> Error {
    Error::on("uri", Reason::ImportRefused { address: address.to_owned(), why: why.to_owned() })
}

fn failed(url: &Url, why: &str) -> Error {
    Reason::ImportFailed { address: shown(url), why: why.to_owned() }.into()
}

/// A connection that did not come about, or broke off: the gate's doing, or the world's.
fn broken(url: &Url, error: reqwest::Error) -> Error {
    match root_cause(&error) {
        cause if let Some(Refused(why)) = cause.downcast_ref() => refused(&shown(url), why),
        _ if error.is_timeout() => failed(url, "nothing came for too long"),
        cause => failed(url, &cause.to_string()),
    }
}
