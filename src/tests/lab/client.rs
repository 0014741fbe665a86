//! The stock OpenStack client, as an operator uses it: with the variables of an `openrc` file and nothing else.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::cloud::Cloud;

/// Which of the stock clients, by the directory that `scripts/openstack-clients` makes for it.
#[derive(Debug, Clone, Copy)]
pub enum Release {
    /// The newest python-openstackclient.
    Newest,
    /// What Debian 12 ships.
    Debian,
    /// The last python-neutronclient with a command.
    Neutron,
}

impl Release {
    fn program(self) -> PathBuf {
        let (directory, program) = match self {
            Self::Newest => ("newest", "openstack"),
            Self::Debian => ("debian-12", "openstack"),
            Self::Neutron => ("neutron", "neutron"),
        };
        let clients = std::env::var_os("ARCUS_OPENSTACK_CLIENTS").expect("ARCUS_OPENSTACK_CLIENTS: see scripts/test");
        PathBuf::from(clients).join(directory).join("bin").join(program)
    }
}

/// A client's command on behalf of one person.
pub struct Client {
    program: PathBuf,
    openrc: Vec<(String, String)>,
}

impl Client {
    /// The newest one with the `openrc` file of `admin` or `demo`.
    pub fn of(cloud: &Cloud, name: &str) -> Self {
        Self::release(Release::Newest, cloud, name)
    }

    /// That release's with the `openrc` file of `admin` or `demo`.
    pub fn release(release: Release, cloud: &Cloud, name: &str) -> Self {
        let text = std::fs::read_to_string(cloud.state_dir().join(format!("{name}-openrc"))).expect("an openrc file");
        let variables = text.lines().filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        let openrc = variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { program: release.program(), openrc }
    }

    /// The same by another address of the identity service.
    pub fn at(mut self, auth_url: &str) -> Self {
        self.openrc.push(("OS_AUTH_URL".to_owned(), auth_url.to_owned()));
        self
    }

    /// What a command answers, as the client shows it.
    ///
    /// # Panics
    /// When the client refuses or fails.
    pub fn run(&self, command: &str) -> Value {
        let output = self.output(command, &["-f", "json"]);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "openstack {command}: {complaint}");
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("openstack {command}: {error}"))
    }

    /// A command that answers nothing.
    ///
    /// # Panics
    /// When the client refuses or fails.
    pub fn tell(&self, command: &str) {
        let output = self.output(command, &[]);
        assert!(output.status.success(), "openstack {command}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// What a command prints.
    pub fn output_of(&self, command: &str) -> String {
        String::from_utf8_lossy(&self.output(command, &[]).stdout).into_owned()
    }

    /// What the client says of a command that must be refused.
    ///
    /// # Panics
    /// When it is not.
    pub fn refused(&self, command: &str) -> String {
        let output = self.output(command, &[]);
        assert!(!output.status.success(), "openstack {command} was not refused");
        String::from_utf8_lossy(&output.stderr).into_owned()
    }

    fn output(&self, command: &str, more: &[&str]) -> std::process::Output {
        Command::new(&self.program)
            .args(command.split_whitespace())
            .args(more)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.openrc.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("the openstack client runs")
    }
}
