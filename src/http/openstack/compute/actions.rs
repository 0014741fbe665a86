//! `POST /compute/v2.1/servers/{id}/action`: one verb, named by the body's only member.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::microversion::Microversion;
use super::schema::{self, Kind, may, must};
use super::{consoles, images, rebuild, servers};
use crate::control::policy::{self, Action};
use crate::control::{Ctx, Services};
use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::body::Body;
use crate::http::openstack::python::whole_number;
use crate::model::state::Verb;
use crate::model::{Error, InstanceId, Reason, Result};

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
    let (ctx, compute) = (&auth.ctx, &services.compute);
    match action.as_str() {
        "rebuild" => return rebuild::rebuild(&services, ctx, &base, version, &id, arguments).await,
        "os-getConsoleOutput" => {
            return Ok(console_output(&services, ctx, version, &id, arguments).await?.into_response());
        }
        "os-getVNCConsole" => {
            return Ok(consoles::by_action(&services, ctx, &base, version, &id, arguments).await?.into_response());
        }
        "createImage" => return images::create(compute, ctx, &base, version, &id, arguments).await,
        "lock" => compute.lock(ctx, &id, lock_reason(arguments, version)?.as_deref()).await?,
        "unlock" => compute.unlock(ctx, &id).await?,
        "addSecurityGroup" => compute.add_security_group(ctx, &id, &named(&action, arguments, version)?).await?,
        "removeSecurityGroup" => compute.remove_security_group(ctx, &id, &named(&action, arguments, version)?).await?,
        // What is deleted is gone at once here, however it was asked for.
        "forceDelete" => servers::end(&services, ctx, &id).await?,
        "restore" => {
            policy::check(ctx, Action::Write, "restore an instance")?;
            return Err(not_deleted(compute.instance(ctx, &id).await?.id).into());
        }
        _ => {
            let verb = verb(&action, arguments, version)?;
            compute.act(ctx, &id, verb, None).await?;
        }
    }
    Ok(StatusCode::ACCEPTED.into_response())
}

fn verb(action: &str, arguments: Value, version: Microversion) -> Result<Verb> {
    Ok(match action {
        "os-start" => Verb::Start,
        "os-stop" => Verb::Stop,
        "pause" => Verb::Pause,
        "unpause" => Verb::Unpause,
        "suspend" => Verb::Suspend,
        "resume" => Verb::Resume,
        "reboot" => reboot(arguments, version)?,
        other => return Err(Reason::Malformed { why: format!("there is no such action: {other}") }.into()),
    })
}

fn reboot(arguments: Value, version: Microversion) -> Result<Verb> {
    #[derive(Deserialize)]
    struct Reboot {
        r#type: String,
    }
    const KINDS: Kind = Kind::OneOf(&["HARD", "Hard", "hard", "SOFT", "Soft", "soft"]);
    let wanted: Reboot = schema::object(arguments, "reboot", &[must("type", KINDS)], version)?;
    Ok(if wanted.r#type.eq_ignore_ascii_case("SOFT") { Verb::Reboot } else { Verb::HardReboot })
}

fn lock_reason(arguments: Value, version: Microversion) -> Result<Option<String>> {
    #[derive(Deserialize)]
    struct Locking {
        locked_reason: Option<String>,
    }
    if version.0 < 73 || arguments.is_null() {
        return Ok(None);
    }
    let fields = [may("locked_reason", Kind::Text(1, 255))];
    Ok(schema::object::<Locking>(arguments, "lock", &fields, version)?.locked_reason)
}

fn named(action: &str, arguments: Value, version: Microversion) -> Result<String> {
    #[derive(Deserialize)]
    struct Named {
        name: String,
    }
    Ok(schema::object::<Named>(arguments, action, &[must("name", Kind::Text(1, 255))], version)?.name)
}

/// Deleted instances are gone at once, so there is none to be had back.
fn not_deleted(id: InstanceId) -> Error {
    let (verb, status) = ("restore".to_owned(), "not soft-deleted".to_owned());
    Reason::InvalidState { verb, id: id.to_string(), status }.into()
}

/// The last lines of the serial console's log; all that there is without a `length`.
async fn console_output(
    services: &Services,
    ctx: &Ctx,
    version: Microversion,
    id: &InstanceId,
    arguments: Value,
) -> Result<Json<Value>> {
    #[derive(Deserialize)]
    struct Wanted {
        length: Option<Value>,
    }
    let wanted: Wanted = schema::object(arguments, "os-getConsoleOutput", &[may("length", Kind::Any)], version)?;
    let log = services.compute.console_log(ctx, id, MAX_LOG).await?;
    // -1 means all of it.
    let lines = wanted.length.as_ref().and_then(whole_number).and_then(|lines| usize::try_from(lines).ok());
    Ok(Json(json!({ "output": lines.map_or(log.as_str(), |lines| last_lines(&log, lines)) })))
}

/// As Nova counts them: what follows the last line break is a line as well, be it empty.
fn last_lines(text: &str, lines: usize) -> &str {
    if lines == 0 {
        return "";
    }
    text.rmatch_indices('\n').nth(lines - 1).map_or(text, |(at, _)| &text[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_log_is_counted_in_lines() {
        let log = "one\ntwo\nthree\n";
        assert_eq!(last_lines(log, 0), "");
        assert_eq!(last_lines(log, 1), "");
        assert_eq!(last_lines(log, 3), "two\nthree\n");
        assert_eq!(last_lines(log, 9), log);
        assert_eq!(last_lines("no end", 1), "no end");
    }
}
