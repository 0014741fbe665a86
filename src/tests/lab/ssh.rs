//! Going into a guest by SSH, as its owner would.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use super::cloud::{Person, eventually_within};
use super::host;

/// A key pair that the cloud knows by a name.
pub struct Key {
    directory: TempDir,
    pub name: String,
    /// The public half, as one line.
    pub public: String,
}

/// A guest, as seen from a network namespace that reaches it.
pub struct Login<'a> {
    pub key: &'a Key,
    pub netns: &'a str,
    pub user: &'a str,
    pub ip: &'a str,
}

impl Key {
    /// Makes one, of which the cloud knows nothing yet.
    pub fn new(name: &str) -> Self {
        let directory = tempfile::tempdir().expect("a scratch directory");
        let path = directory.path().join("key").display().to_string();
        host::tell("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", &path]);
        let public = std::fs::read_to_string(format!("{path}.pub")).expect("a public key").trim().to_owned();
        Self { directory, name: name.to_owned(), public }
    }

    /// Makes one and tells the cloud its public half.
    pub async fn known_to(person: &Person, name: &str) -> Self {
        let key = Self::new(name);
        let body = json!({ "keypair": { "name": name, "public_key": key.public } });
        person.post("/compute/v2.1/os-keypairs", body).await;
        key
    }

    /// The file with the public half.
    pub fn public_file(&self) -> PathBuf {
        self.path().with_extension("pub")
    }

    fn path(&self) -> PathBuf {
        self.directory.path().join("key")
    }
}

impl Login<'_> {
    /// What a command printed in the guest, once; none if the guest cannot be entered or the command fails.
    pub fn attempt(&self, command: &str) -> Option<String> {
        let output = Command::new("ip")
            .args(["netns", "exec", self.netns, "ssh", "-i"])
            .arg(self.key.path())
            .args(["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", "-o", "BatchMode=yes"])
            .args(["-o", "IdentitiesOnly=yes", "-o", "ConnectTimeout=15", "-o", "LogLevel=ERROR"])
            .arg(format!("{}@{}", self.user, self.ip))
            .arg(command)
            .stdin(Stdio::null())
            .output()
            .expect("ssh runs");
        output.status.success().then(|| String::from_utf8(output.stdout).expect("text").trim().to_owned())
    }

    /// What a command prints in the guest, as soon as it succeeds there.
    ///
    /// # Panics
    /// When it does not within these minutes.
    pub async fn run_within(&self, minutes: u32, command: &str) -> String {
        let what = format!("`{command}` at {}@{}", self.user, self.ip);
        eventually_within(minutes, &what, || async { self.attempt(command) }).await
    }

    /// As [`Login::run_within`] a minute.
    pub async fn run(&self, command: &str) -> String {
        self.run_within(1, command).await
    }
}
