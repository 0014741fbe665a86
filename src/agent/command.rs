//! Runs the host's own commands, such as `ip` and `qemu-img`.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::model::{Error, Reason, Result};

/// Runs a command to its end and gives back its output.
///
/// # Errors
/// [`Reason::Unavailable`] with what the command said on its error stream.
pub async fn run<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<String> {
    run_with_input(program, arguments, "").await
}

/// As [`run`], with text on the command's input.
///
/// # Errors
/// As [`run`].
pub async fn run_with_input<S: AsRef<str>>(program: &str, arguments: &[S], input: &str) -> Result<String> {
    let said = |why: String| -> Error { Reason::Unavailable { part: program.to_owned(), why }.into() };
    let line = || arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");

    let mut child = Command::new(program)
        .args(arguments.iter().map(AsRef::as_ref))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| said(format!("{program} cannot be run: {error}")))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that fails early closes its input; what it says then is the better explanation.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(|error| said(format!("{program} {}: {error}", line())))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(said(format!("{program} {}: {complaint}", line())))
}
