//! Does by hand what curl and the shell around it do with the calls that are shown.

use axum::http::{Method, StatusCode};
use serde_json::Value;

use super::samples::Sample;
use crate::http::tests::walk::world::World;
use crate::http::tests::{Answer, HERE};

/// `echo hunter2`, in Base64.
const USER_DATA: &str = "ZWNobyBodW50ZXIy";

/// Makes one call after the other.
///
/// # Errors
/// With the first answer that is no success; a conflict is none unless it may be, nor is a refusal of what stands for a
/// secret.
pub async fn run(world: &World, sample: &Sample, text: &str) -> Result<(), String> {
    let mut variables = vec![("$OS_TOKEN".to_owned(), world.token(sample.who).to_owned())];
    variables.push(("$(base64 -w 0 user-data.txt)".to_owned(), USER_DATA.to_owned()));
    for call in text.split("\n\n").filter(|call| !call.starts_with("# ")) {
        let call = variables.iter().fold(call.to_owned(), |call, (name, value)| call.replace(name, value));
        let (variable, call, place) = match call.split_once("=$(") {
            Some((variable, rest)) if variable.ends_with("_ID") => {
                let (call, place) = rest.rsplit_once(" | jq -r ").ok_or("nothing picks the id")?;
                (Some(format!("${variable}")), call.to_owned(), place.trim_end_matches(')').replace('.', "/"))
            }
            _ => (None, call, String::new()),
        };
        let answer = send(world, &call).await?;
        let expected = match answer.status {
            StatusCode::CONFLICT => sample.may_conflict,
            StatusCode::BAD_REQUEST => sample.lacks_secret && answer.body.contains("auth_key"),
            _ => false,
        };
        if expected {
            continue;
        }
        if !answer.status.is_success() {
            return Err(format!("{} {}", answer.status, answer.body));
        }
        if let Some(variable) = variable {
            let made = answer.json();
            let id = made.pointer(&place).and_then(Value::as_str).ok_or(format!("no {place} in {made}"))?;
            variables.push((variable, id.to_owned()));
        }
    }
    Ok(())
}

async fn send(world: &World, call: &str) -> Result<Answer, String> {
    let one_line = call.replace(" \\\n", " ");
    let words = shlex::split(&one_line).ok_or("no command of a shell")?;
    let mut words = words.iter().map(String::as_str).skip_while(|word| *word != "-X").skip(1);
    let method = Method::from_bytes(words.next().ok_or("no method")?.as_bytes()).map_err(|e| e.to_string())?;
    let path = words.next().and_then(|url| url.strip_prefix(&format!("http://{HERE}"))).ok_or("no address of ours")?;
    let (mut headers, mut body) = (Vec::new(), String::new());
    while let Some(option) = words.next() {
        let value = words.next().ok_or("an option without a value")?;
        match option {
            "-H" => headers.push(value.split_once(": ").ok_or("no header")?),
            "-d" => body = value.to_owned(),
            "-T" => body = "x".repeat(512),
            other => return Err(format!("{other}?")),
        }
    }
    Ok(world.front.send(method, path, &headers, body).await)
}
