//! A dnsmasq that may have been started by an earlier agent.

use std::path::Path;
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::fs;
use tokio::time::sleep;

use crate::agent::network::netns;

/// How long it may take to end by itself.
const STOP_WITHIN: Duration = Duration::from_secs(3);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A running dnsmasq.
pub struct Process {
    pid: Pid,
    command_line: Vec<String>,
}

impl Process {
    /// The dnsmasq that wrote this pid file, if it still runs. A process that took its number over is told apart by
    /// its command line, which names the file.
    pub async fn find(pid_file: &Path) -> Option<Self> {
        let pid = Pid::from_raw(fs::read_to_string(pid_file).await.ok()?.trim().parse().ok()?);
        let command_line = command_line(pid).await?;
        let names_file = format!("--pid-file={}", pid_file.display());
        command_line.contains(&names_file).then_some(Self { pid, command_line })
    }

    /// Whether it was started with exactly these arguments.
    pub fn runs_with(&self, arguments: &[String]) -> bool {
        self.command_line.get(1..).is_some_and(|present| present == arguments)
    }

    /// Whether it serves in the namespace that has this name now.
    pub fn is_in(&self, netns: &str) -> bool {
        netns::holds(netns, self.pid)
    }

    /// Makes it read its files again.
    pub fn hang_up(&self) {
        let _ = kill(self.pid, Signal::SIGHUP);
    }

    /// Ends it, and waits until it has written its leases.
    pub async fn stop(&self) {
        let _ = kill(self.pid, Signal::SIGTERM);
        let ended = async {
            while command_line(self.pid).await.as_ref() == Some(&self.command_line) {
                sleep(LOOK_EVERY).await;
            }
        };
        if tokio::time::timeout(STOP_WITHIN, ended).await.is_err() {
            let _ = kill(self.pid, Signal::SIGKILL);
        }
    }
}

/// The words of a process's command line; none if it is gone, or dead and not yet buried.
async fn command_line(pid: Pid) -> Option<Vec<String>> {
    let text = fs::read(format!("/proc/{pid}/cmdline")).await.ok()?;
    let words = text.strip_suffix(&[0])?.split(|byte| *byte == 0);
    Some(words.map(|word| String::from_utf8_lossy(word).into_owned()).collect())
}
