//! Compute hosts.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::wish::{Wish, nothing};
use crate::control::Ctx;
use crate::dashboard::api::form;
use crate::dashboard::api::hosts::{DisableHost, EnableHost};
use crate::model::Result;

/// What runs instances on a host, by Nova's name.
const BINARY: &str = "nova-compute";

impl Form for EnableHost {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let command = Cli::new("compute service set").flag("--enable").arg(&self.host).arg(BINARY);
        let body = json!({ "host": self.host, "binary": BINARY });
        Ok(Wish::new(command, Call::compute("PUT", "os-services/enable").json(body), nothing()))
    }
}

impl Form for DisableHost {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let reason = form::optional(&self.reason);
        let command = Cli::new("compute service set")
            .flag("--disable")
            .maybe("--disable-reason", reason.as_ref())
            .arg(&self.host)
            .arg(BINARY);
        let path = if reason.is_some() { "os-services/disable-log-reason" } else { "os-services/disable" };
        let body = Body::of([("host", json!(self.host)), ("binary", json!(BINARY))]).maybe("disabled_reason", reason);
        Ok(Wish::new(command, Call::compute("PUT", path).json(body.into()), nothing()))
    }
}
