//! `POST /compute/v2.1/servers/{id}/action`: one verb, named by the body's only member.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::server_view::full;
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::model::state::Verb;
use crate::model::{Error, ImageId, InstanceId, Reason, Result};

/// The most bytes of a console's log that are read.
const MAX_LOG: u64 = 100 * 1024;

/// Starts the verb; it goes on in the background.
pub async fn act(
    State(services): State<Services>,
    auth: Auth,
    base: Base,
    version: Microversion,
    Path(id): Path<InstanceId>,
    Body(body): Body<Map<String, Value>>,
) -> Result<Response, Failure> {
    let mut members = body.into_iter();
    let (Some((action, arguments)), None) = (members.next(), members.next()) else {
        return Err(Reason::Malformed { why: "a body with exactly one action is expected".into() }.into());
    };
    if action == "os-getConsoleOutput" {
        return Ok(console_output(&services, &auth.ctx, &id, &arguments).await?.into_response());
    }
    let (verb, image) = verb(&action, &arguments)?;
    // The image is named in the body, the instance in the address: only the one is the body's fault.
    services.compute.instance(&auth.ctx, &id).await?;
    let acted = services.compute.act(&auth.ctx, &id, verb, image.as_ref()).await;
    let instance = acted.map_err(Failure::in_body)?;
    if verb != Verb::Rebuild {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    let server = full(&instance, &base, &auth.ctx, version);
    Ok((StatusCode::ACCEPTED, Json(json!({ "server": server }))).into_response())
}

fn verb(action: &str, arguments: &Value) -> Result<(Verb, Option<ImageId>)> {
    Ok(match action {
        "os-start" => (Verb::Start, None),
        "os-stop" => (Verb::Stop, None),
        "pause" => (Verb::Pause, None),
        "unpause" => (Verb::Unpause, None),
        "suspend" => (Verb::Suspend, None),
        "resume" => (Verb::Resume, None),
        "reboot" => match arguments["type"].as_str().map(str::to_ascii_uppercase).as_deref() {
            Some("SOFT") => (Verb::Reboot, None),
            Some("HARD") => (Verb::HardReboot, None),
            other => return Err(not_a_choice("reboot.type", other.unwrap_or_default(), "SOFT, HARD")),
        },
        "rebuild" => match arguments["imageRef"].as_str() {
            Some(image) => (Verb::Rebuild, Some(image.into())),
            None => return Err(Reason::Required { field: "rebuild.imageRef".into() }.into()),
        },
        other => {
            let choices = "os-start, os-stop, reboot, pause, unpause, suspend, resume, rebuild, os-getConsoleOutput";
            return Err(not_a_choice("action", other, choices));
        }
    })
}

/// The last lines of the serial console's log; all that there is without a `length`.
async fn console_output(services: &Services, ctx: &Ctx, id: &InstanceId, arguments: &Value) -> Result<Json<Value>> {
    let log = services.compute.console_log(ctx, id, MAX_LOG).await?;
    let wanted = match &arguments["length"] {
        Value::Null => None,
        Value::String(text) => text.parse().ok(),
        number => number.as_u64().and_then(|lines| usize::try_from(lines).ok()),
    };
    Ok(Json(json!({ "output": wanted.map_or(log.as_str(), |lines| last_lines(&log, lines)) })))
}

fn last_lines(text: &str, lines: usize) -> &str {
    if lines == 0 {
        return "";
    }
    let body = text.strip_suffix('\n').unwrap_or(text);
    body.rmatch_indices('\n').nth(lines - 1).map_or(text, |(at, _)| &text[at + 1..])
}

fn not_a_choice(field: &str, value: &str, choices: &str) -> Error {
    Reason::NotAChoice { field: field.into(), value: value.into(), choices: choices.into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_counted_in_lines() {
        let log = "one\ntwo\nthree\n";
        assert_eq!(last_lines(log, 0), "");
        assert_eq!(last_lines(log, 1), "three\n");
        assert_eq!(last_lines(log, 2), "two\nthree\n");
        assert_eq!(last_lines(log, 9), log);
        assert_eq!(last_lines("no end", 1), "no end");
    }
}
