//! The cloud of three machines that `scripts/lab cloud` makes, for tests that are told to use it.

use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A cloud that is there already.
#[derive(Debug, Clone)]
pub struct Machines {
    /// Where it answers.
    pub url: String,
    /// The directory with the `openrc` files.
    pub openrc: PathBuf,
    /// The address of its records.
    pub database: String,
    /// Its compute hosts, by name.
    pub hosts: Vec<String>,
    scratch: PathBuf,
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: scripts/lab cloud sets it"))
}

impl Machines {
    /// The cloud that `ARCUS_CLOUD` speaks of, if any.
    pub fn given() -> Option<Self> {
        std::env::var_os("ARCUS_CLOUD").map(|_| Self {
            url: variable("ARCUS_CLOUD_URL"),
            openrc: variable("ARCUS_CLOUD_OPENRC").into(),
            database: variable("ARCUS_CLOUD_DATABASE"),
            hosts: variable("ARCUS_CLOUD_HOSTS").split(' ').map(str::to_owned).collect(),
            scratch: variable("ARCUS_LAB_SCRATCH").into(),
        })
    }

    /// Begins again with these settings on every machine: no guests, empty records.
    ///
    /// # Panics
    /// When not every role comes up.
    pub fn reset(&self, bare: bool, settings: &[(String, String)]) {
        let settings = settings.iter().map(|(name, value)| format!("{name}={value}"));
        script("lab-reset", bare.then(|| "--bare".to_owned()).into_iter().chain(settings));
    }

    /// Kills every role on every machine without warning.
    pub fn kill(&self) {
        script("lab-roles", ["kill".to_owned()]);
    }

    /// Starts every role that does not run.
    pub fn start(&self) {
        script("lab-roles", ["start".to_owned()]);
    }

    /// Starts, stops or kills one role on one machine, or asks for its process id; what `lab-role` printed, unless it failed.
    pub fn role(&self, machine: &str, role: &str, verb: &str, more: &[&str]) -> Option<String> {
        let mut command = Command::new(path("lab-role"));
        let output = command.args([machine, role, verb]).args(more).stdin(Stdio::null()).output().expect("a script");
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Calls one of the lab's scripts, such as `lab-network cut compute1`.
    ///
    /// # Panics
    /// When it fails.
    pub fn lab(&self, script_name: &str, arguments: &[&str]) {
        script(script_name, arguments.iter().map(ToString::to_string));
    }

    /// What a shell line printed on a machine; it must succeed there.
    ///
    /// # Panics
    /// When it fails.
    pub fn shell(&self, machine: &str, line: &str) -> String {
        let output = self.on(machine, "bash").args(["-euc", line]).output().expect("a shell");
        assert!(output.status.success(), "{machine}: {line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// What a role has said since the last reset.
    pub fn log(&self, machine: &str, role: &str) -> String {
        let file = self.scratch.join(machine).join("log").join(format!("{role}.log"));
        std::fs::read_to_string(file).unwrap_or_default()
    }

    /// A command inside a machine, to be given arguments.
    pub fn on(&self, machine: &str, program: &str) -> Command {
        let mut command = Command::new(path("on"));
        command.args([machine, program]);
        command
    }

    /// The state directories of all agents.
    pub fn agents(&self) -> Vec<PathBuf> {
        let hosts = self.hosts.iter().map(|host| self.scratch.join(host).join("state"));
        hosts.chain([self.scratch.join("control/network")]).collect()
    }
}

fn path(script: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scripts").join(script)
}

fn script(name: &str, arguments: impl IntoIterator<Item = String>) {
    let output = Command::new(path(name)).args(arguments).stdin(Stdio::null()).output().expect("a script");
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
}
