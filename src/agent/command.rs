//! Runs the host's own commands, such as `ip` and `qemu-img`.

use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::model::error::root_cause;
use crate::model::{Error, Reason, Result};

/// Runs a command to its end and gives back its output.
///
/// # Errors
/// [`Reason::ProgramFailed`] with the line of its complaint that says most, or why it cannot be run. The log and [`said`]
/// have all of it, with the command line.
pub async fn run<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<String> {
    run_with_input(program, arguments, "").await
}

/// As [`run`], for what may well fail: the log does not have it.
///
/// # Errors
/// As [`run`].
pub async fn probe<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<String> {
    carry_out(program, arguments, "").await
}

/// As [`run`], with text on the command's input.
///
/// # Errors
/// As [`run`].
pub async fn run_with_input<S: AsRef<str>>(program: &str, arguments: &[S], input: &str) -> Result<String> {
    logged(carry_out(program, arguments, input).await)
}

/// As [`run`], and shows what the command says while it runs.
///
/// # Errors
/// As [`run`].
pub async fn run_watched<S: AsRef<str>>(program: &str, arguments: &[S], mut show: impl FnMut(&str)) -> Result<()> {
    let mut child = logged(begin(program, arguments))?;
    drop(child.stdin.take());
    let output = child.stdout.take();
    let watching = async {
        let Some(mut output) = output else { return };
        let mut piece = [0; 1024];
        while let Ok(length @ 1..) = output.read(&mut piece).await {
            show(&String::from_utf8_lossy(&piece[..length]));
        }
    };
    let ((), ended) = tokio::join!(watching, end(program, arguments, child));
    logged(ended).map(drop)
}

/// A command that failed, with its arguments, and all that it said.
pub fn said(error: &Error) -> String {
    root_cause(error).to_string()
}

async fn carry_out<S: AsRef<str>>(program: &str, arguments: &[S], input: &str) -> Result<String> {
    let mut child = begin(program, arguments)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that fails early closes its input; what it says then is the better explanation.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    end(program, arguments, child).await
}

fn logged<T>(done: Result<T>) -> Result<T> {
    done.inspect_err(|error| tracing::warn!(command = %said(error), "a command of this host failed"))
}

fn begin<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<Child> {
    Command::new(program)
        .args(arguments.iter().map(AsRef::as_ref))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(program, arguments, &format!("it cannot be run: {error}")))
}

async fn end<S: AsRef<str>>(program: &str, arguments: &[S], child: Child) -> Result<String> {
    let output = child.wait_with_output().await;
    let output = output.map_err(|error| failed(program, arguments, &error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(match String::from_utf8_lossy(&output.stderr).trim() {
        "" => failed(program, arguments, &output.status.to_string()),
        complaint => failed(program, arguments, complaint),
    })
}

fn failed<S: AsRef<str>>(program: &str, arguments: &[S], complaint: &str) -> Error {
    let words: Vec<&str> = arguments.iter().map(AsRef::as_ref).collect();
    let why = without_paths(gist(program, complaint));
    let reason = Reason::ProgramFailed { program: program.to_owned(), why };
    Error::because(reason, format!("{program} {}: {complaint}", words.join(" ")))
}

/// The line of a complaint that says most: the first that bears the program's name, else the first. Warnings only where
/// there is nothing else.
fn gist<'c>(program: &str, complaint: &'c str) -> &'c str {
    let lines = || complaint.lines().map(str::trim).filter(|line| !line.is_empty());
    let telling = || lines().filter(|line| !line.to_lowercase().contains("warning"));
    let own = telling().find_map(|line| line.strip_prefix(program)?.strip_prefix(": "));
    let line = own.or_else(|| telling().next()).or_else(|| lines().next()).unwrap_or_default();
    line.trim_end_matches('.')
}

/// Where this host keeps what is nothing to those who are told.
fn without_paths(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    let mut characters = line.chars().peekable();
    while let Some(character) = characters.next() {
        let may_begin =
            kept.chars().next_back().is_none_or(|before| before.is_whitespace() || "'\"`=([{<,:".contains(before));
        let goes_on = characters.peek().is_some_and(|next| next.is_alphabetic() || matches!(next, '_' | '.'));
        if character == '/' && may_begin && goes_on {
            kept.push('…');
            while characters.next_if(|next| !next.is_whitespace() && !"'\"`)]}>,;:".contains(*next)).is_some() {}
        } else {
            kept.push(character);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn people_are_told_what_a_command_said_and_the_log_how_it_was_called() {
        let script = "echo \"Could not open '/srv/pool/v.qcow2': Permission denied\" >&2; exit 1";
        let error = run("sh", &["-c", script]).await.unwrap_err();
        assert!(said(&error).starts_with(&format!("sh -c {script}: Could not open '/srv/")), "{}", said(&error));
        let why = "Could not open '…': Permission denied".to_owned();
        assert_eq!(error.reason, Reason::ProgramFailed { program: "sh".into(), why });
    }

    #[tokio::test]
    async fn a_command_that_says_nothing_or_is_not_there_is_said_to_be_so() {
        let told = |error: Error| error.reason.to_string();
        let silent = told(run("sh", &["-c", "exit 3"]).await.unwrap_err());
        assert!(silent.starts_with("sh failed on the host: exit status: 3. "), "{silent}");
        let absent = told(run::<&str>("arcus-no-such-program", &[]).await.unwrap_err());
        assert!(absent.contains("it cannot be run: No such file or directory"), "{absent}");
    }

    #[test]
    fn the_line_that_says_most_is_told() {
        let rbd = "2026-01-01T00:00:00 7f -1 librbd: image has watchers\nRemoving image: 0%...failed.\n\
                   rbd: error: image still has watchers\nThis means the image is still open.";
        assert_eq!(gist("rbd", rbd), "error: image still has watchers");
        assert_eq!(
            gist("lvcreate", "  WARNING: sums exceed.\n  Insufficient free space.\n"),
            "Insufficient free space"
        );
        assert_eq!(gist("nft", "only a warning"), "only a warning");
    }

    #[test]
    fn paths_of_the_host_are_left_out_and_nothing_else() {
        assert_eq!(without_paths("no keyring on /etc/ceph/k,/etc/k: (2) No"), "no keyring on …,…: (2) No");
        assert_eq!(without_paths("'rbd:p/v:conf=/etc/c.conf:id=a'"), "'rbd:p/v:conf=…:id=a'");
        assert_eq!(without_paths("/dev/stdin:3:1-2: Error"), "…:3:1-2: Error");
        for whole in ["10.0.0.0/24 is taken", "vg/thin is full", "https://example/x", "1 / 2"] {
            assert_eq!(without_paths(whole), whole);
        }
    }
}
