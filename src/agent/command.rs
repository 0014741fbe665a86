//! Runs the host's own commands, such as `ip` and `qemu-img`.

use std::process::Stdio;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};

use crate::model::{Error, Reason, Result};

/// Runs a command to its end and gives back its output.
///
/// # Errors
/// [`Reason::ProgramFailed`] with what the command said on its error stream, or why it cannot be run.
pub async fn run<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<String> {
    run_with_input(program, arguments, "").await
}

/// As [`run`], with text on the command's input.
///
/// # Errors
/// As [`run`].
pub async fn run_with_input<S: AsRef<str>>(program: &str, arguments: &[S], input: &str) -> Result<String> {
    let mut child = begin(program, arguments)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A command that fails early closes its input; what it says then is the better explanation.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    end(program, arguments, child).await
}

/// As [`run`], and shows what the command says while it runs.
///
/// # Errors
/// As [`run`].
pub async fn run_watched<S: AsRef<str>>(program: &str, arguments: &[S], mut show: impl FnMut(&str)) -> Result<()> {
    let mut child = begin(program, arguments)?;
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
    ended.map(drop)
}

fn begin<S: AsRef<str>>(program: &str, arguments: &[S]) -> Result<Child> {
    Command::new(program)
        .args(arguments.iter().map(AsRef::as_ref))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(program, format!("{program} cannot be run: {error}")))
}

async fn end<S: AsRef<str>>(program: &str, arguments: &[S], child: Child) -> Result<String> {
    let line = || arguments.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ");
    let output = child.wait_with_output().await;
    let output = output.map_err(|error| failed(program, format!("{program} {}: {error}", line())))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let complaint = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    Err(failed(program, format!("{program} {}: {complaint}", line())))
}

fn failed(program: &str, why: String) -> Error {
    Reason::ProgramFailed { program: program.to_owned(), why }.into()
}
