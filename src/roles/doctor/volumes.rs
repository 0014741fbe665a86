//! What this host's volumes need.

mod ceph;
mod lvm;

use std::collections::HashSet;
use std::ffi::OsStr;
use std::net::Ipv4Addr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use super::{Check, Trouble, room, writable};
use crate::agent::{ConsoleAt, ConsolePort, ExportPorts, VolumeBackend};
use crate::config::Config;

/// How long a command may take: a little more than Ceph's own, which give up a cluster after 15 seconds and say so.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);

/// What keeps the volumes, and how other hosts reach them.
pub async fn checks(config: &Config) -> Vec<Check> {
    let backend = config.volumes_in();
    // Each host reaches a pool of Ceph's by itself.
    let are_served = !matches!(backend, Ok(VolumeBackend::Rbd { .. }));
    let mut checks = Vec::new();
    if are_served {
        checks.push(daemon(!config.console_listen.is_empty()).await);
    }
    checks.push(ports(config, are_served));
    // Guests may have volumes of others in Ceph, whatever keeps this host's.
    let pool = if let Ok(VolumeBackend::Rbd { pool }) = &backend { Some(pool.as_str()) } else { None };
    checks.extend(ceph::checks(config, pool).await);
    match &backend {
        Err(why) => checks.push(volumes(Err(Trouble::new(why, "correct that setting")))),
        Ok(VolumeBackend::File) => checks.push(volumes(files(&config.state_dir))),
        Ok(VolumeBackend::Lvm { group, pool }) => checks.extend(lvm::checks(group, pool).await),
        Ok(VolumeBackend::Rbd { .. }) => {}
    }
    checks
}

fn volumes(found: Result<String, Trouble>) -> Check {
    Check { what: "volumes".into(), found }
}

fn files(state_dir: &Path) -> Result<String, Trouble> {
    let directory = state_dir.join("volumes");
    writable(&directory, "run as root, and see that what is mounted there is mounted for writing")?;
    let free = room(&directory, "free some space, or mount a larger disk there")?;
    Ok(format!("{}: {free}", directory.display()))
}

/// What serves this host's volumes. Where other hosts do not reach this one, nothing is served.
async fn daemon(is_reached: bool) -> Check {
    let program = "qemu-storage-daemon";
    let found = match ask(program, &["--version"]).await {
        Ok(told) => Ok(version(program, &told).to_owned()),
        Err(why) => {
            let cause = format!("{why}; instances of other hosts get volumes of this one by it");
            Err(Trouble { bearable: !is_reached, ..Trouble::new(cause, "apt-get install qemu-utils") })
        }
    };
    Check { what: program.into(), found }
}

/// What a program says after its name.
fn version<'t>(program: &str, told: &'t str) -> &'t str {
    let line = told.lines().next().unwrap_or_default();
    line.strip_prefix(program).unwrap_or(line).trim()
}

fn ports(config: &Config, are_served: bool) -> Check {
    let found = match (config.export_ports(), config.console_port()) {
        (Err(why), _) => Err(Trouble::new(why, "correct the setting volume_ports")),
        (Ok(ports), Ok(Some(ConsolePort { at, .. }))) if are_served => free_port(ports, at),
        (Ok(ports), _) => Ok(format!("{ports}, of which none is needed")),
    };
    Check { what: "ports of volumes".into(), found }
}

fn free_port(ports: ExportPorts, at: ConsoleAt) -> Result<String, Trouble> {
    let ip = match at {
        ConsoleAt::Address(address) => address.ip(),
        ConsoleAt::WayToApi(_) => Ipv4Addr::UNSPECIFIED.into(),
    };
    let none_free = || {
        Trouble::bearable(
            format!("none of {ports} is free at {ip}"),
            "fine if Arcus itself serves as many volumes; else set volume_ports to free ports",
        )
    };
    ports.free(ip, &HashSet::new()).map(|_| format!("{ports}, not all in use")).ok_or_else(none_free)
}

/// What a command says, or why it says nothing.
async fn ask<S: AsRef<OsStr>>(program: &str, arguments: &[S]) -> Result<String, String> {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "C").stdin(Stdio::null()).kill_on_drop(true);
    match timeout(ANSWER_WITHIN, command.output()).await {
        Err(_) => Err(format!("{program} does not answer within {} s", ANSWER_WITHIN.as_secs())),
        Ok(Err(error)) => Err(format!("{program} cannot be run: {error}")),
        Ok(Ok(output)) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(Ok(output)) => match last_words(program, &String::from_utf8_lossy(&output.stderr)) {
            words if words.is_empty() => Err(format!("{program}: {}", output.status)),
            words => Err(format!("{program}: {words}")),
        },
    }
}

/// The last two lines of a complaint, in which commands say what it comes to.
fn last_words(program: &str, complaint: &str) -> String {
    let name = format!("{program}: ");
    let lines = complaint.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<_> = lines.map(|line| line.strip_prefix(name.as_str()).unwrap_or(line)).collect();
    lines[lines.len().saturating_sub(2)..].join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_command_s_last_words_are_the_evidence() {
        let script = "echo 'note: tries' >&2; echo 'sh: no way' >&2; echo >&2; echo 'sh: gave up' >&2; exit 1";
        assert_eq!(ask("sh", &["-c", script]).await.unwrap_err(), "sh: no way; gave up");
        assert_eq!(ask("sh", &["-c", "exit 3"]).await.unwrap_err(), "sh: exit status: 3");
        assert!(
            ask("arcus-no-such-program", &["--version"]).await.unwrap_err().contains("cannot be run: No such file")
        );
        assert_eq!(ask("sh", &["-c", "echo yes"]).await.unwrap(), "yes\n");
        let told = "qemu-storage-daemon version 10.0.2 (Debian)\nCopyright (c) 2003-2025\n";
        assert_eq!(version("qemu-storage-daemon", told), "version 10.0.2 (Debian)");
    }

    #[tokio::test]
    async fn a_setting_that_is_wrong_is_said_once_with_its_name() {
        let config = Config { volume_backend: "tape".into(), volume_ports: "1".into(), ..Config::default() };
        let checks = checks(&config).await;
        for name in ["volume_backend", "volume_ports"] {
            let troubles = checks.iter().filter_map(|check| check.found.as_ref().err());
            assert_eq!(troubles.filter(|trouble| trouble.cause.starts_with(name)).count(), 1, "{name}");
        }
    }

    #[test]
    fn ports_count_only_where_other_hosts_are_served() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let config = Config {
            volume_ports: format!("{port}-{port}"),
            console_listen: "127.0.0.1:6089".into(),
            ..Config::default()
        };
        let trouble = ports(&config, true).found.err().unwrap();
        assert!(trouble.bearable && trouble.cause.contains("127.0.0.1"), "{}", trouble.cause);
        assert!(ports(&config, false).found.is_ok());
        assert!(ports(&Config { console_listen: String::new(), ..config }, true).found.is_ok());
    }

    #[test]
    fn little_room_is_said_with_its_place() {
        let directory = tempfile::tempdir().unwrap();
        let trouble = super::super::enough(4, directory.path(), "free some").err().unwrap();
        let place = directory.path().display().to_string();
        assert!(trouble.bearable && trouble.cause.contains("4 GiB") && trouble.cause.contains(&place));
        assert!(super::super::enough(5, directory.path(), "free some").is_ok());
        let found = files(directory.path());
        assert!(found.unwrap_or_else(|trouble| trouble.cause).contains(&format!("{place}/volumes")));
    }
}
