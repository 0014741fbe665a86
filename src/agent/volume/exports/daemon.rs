//! `qemu-storage-daemon`, which serves one volume.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

use super::Export;
use crate::agent::command::run;
use crate::agent::compute::DiskSource;
use crate::agent::files::{self, io_error};
use crate::agent::volume::monitor::{Monitor, execute};
use crate::model::{Reason, Result};

/// What it calls the volume.
const NODE: &str = "volume";
/// How long it may take to answer; a snapshot takes moments.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long it may take to write what it holds, and end.
const END_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How it opens a volume; none for one that is not this host's to serve.
pub fn node_over(source: &DiskSource) -> Option<Value> {
    let (format, below) = match source {
        DiskSource::Qcow2 { path } => ("qcow2", json!({ "driver": "file", "filename": path, "discard": "unmap" })),
        DiskSource::Block { path } => {
            let cache = json!({ "direct": true });
            ("raw", json!({ "driver": "host_device", "filename": path, "discard": "unmap", "cache": cache }))
        }
        DiskSource::Nbd { .. } | DiskSource::Rbd { .. } => return None,
    };
    Some(json!({ "driver": format, "node-name": NODE, "discard": "unmap", "file": below }))
}

/// A daemon, running or not, known by its QMP socket.
pub struct Daemon {
    socket: PathBuf,
}

impl Daemon {
    /// The daemon that listens at this socket, if one does.
    pub fn new(socket: PathBuf) -> Self {
        Self { socket }
    }

    /// Whether it runs.
    pub async fn answers(&self) -> bool {
        UnixStream::connect(&self.socket).await.is_ok()
    }

    /// Starts it, with the volume open and nobody served yet.
    ///
    /// # Errors
    /// What it says.
    pub async fn start(&self, node: &Value) -> Result<()> {
        files::remove(&self.socket).await?;
        let node = node.to_string();
        // The words of a chardev are split at commas.
        let path = self.socket.display().to_string().replace(',', ",,");
        let chardev = format!("socket,id=qmp,path={path},server=on,wait=off");
        let arguments = ["--daemonize", "--blockdev", &node, "--chardev", &chardev, "--monitor", "chardev=qmp"];
        run("qemu-storage-daemon", &arguments).await.map(drop)
    }

    /// Serves the volume to whoever connects, for reading and writing.
    ///
    /// # Errors
    /// What it says, such as of a port that is taken.
    pub async fn serve(&self, export: &Export) -> Result<()> {
        let (host, port) = (export.address.ip().to_string(), export.address.port().to_string());
        let address = json!({ "type": "inet", "data": { "host": host, "port": port } });
        execute(self, "nbd-server-start", json!({ "addr": address }), &self.socket).await?;
        // Guests go on when the daemon died and is back: what it said is written must be in the file, and not in its memory, from
        // which no later flush of the guest's could bring it back.
        let served = json!({
            "type": "nbd", "id": NODE, "node-name": NODE, "name": export.name, "writable": true, "writethrough": true,
        });
        execute(self, "block-export-add", served, &self.socket).await.map(drop)
    }

    /// Ends it, and waits until the volume is closed. None there is fine.
    ///
    /// # Errors
    /// When it does not end.
    pub async fn end(&self) -> Result<()> {
        if self.answers().await {
            // It may be gone before it has answered.
            if let Err(error) = execute(self, "quit", json!({}), &self.socket).await {
                tracing::debug!(%error, "a storage daemon did not say that it ends");
            }
            let ended = async {
                while self.answers().await {
                    sleep(LOOK_EVERY).await;
                }
            };
            let seconds = END_WITHIN.as_secs();
            let late = |_| Reason::Timeout { what: "qemu-storage-daemon".into(), seconds };
            timeout(END_WITHIN, ended).await.map_err(late)?;
        }
        files::remove(&self.socket).await
    }

    /// One conversation: greeting, capabilities, the command. Events in between are no answers.
    async fn converse(&self, command: &Value) -> std::io::Result<Value> {
        let mut stream = BufReader::new(UnixStream::connect(&self.socket).await?);
        read(&mut stream, "QMP").await?;
        write(&mut stream, &json!({ "execute": "qmp_capabilities" })).await?;
        read(&mut stream, "return").await?;
        write(&mut stream, command).await?;
        loop {
            let said = read_line(&mut stream).await?;
            if said.get("event").is_none() {
                return Ok(said);
            }
        }
    }
}

#[async_trait]
impl Monitor for Daemon {
    async fn tell(&self, command: &Value) -> Result<Value> {
        let late = |_| Reason::Timeout { what: "qemu-storage-daemon".into(), seconds: ANSWER_WITHIN.as_secs() };
        let answer = timeout(ANSWER_WITHIN, self.converse(command)).await.map_err(late)?;
        answer.map_err(|error| io_error(&self.socket, error))
    }
}

async fn write(stream: &mut BufReader<UnixStream>, command: &Value) -> std::io::Result<()> {
    stream.write_all(format!("{command}\n").as_bytes()).await
}

async fn read(stream: &mut BufReader<UnixStream>, member: &str) -> std::io::Result<()> {
    match read_line(stream).await?.get(member) {
        Some(_) => Ok(()),
        None => Err(std::io::Error::other(format!("QMP did not say {member}"))),
    }
}

async fn read_line(stream: &mut BufReader<UnixStream>) -> std::io::Result<Value> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    serde_json::from_str(&line).map_err(std::io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_is_opened_as_one() {
        let node = node_over(&DiskSource::Block { path: "/dev/vg/volume-1".into() }).unwrap();
        assert_eq!((&node["driver"], &node["file"]["driver"]), (&json!("raw"), &json!("host_device")));
        let elsewhere = DiskSource::Nbd { host: "192.0.2.7".into(), port: 1, export: "e".into() };
        assert_eq!(node_over(&elsewhere), None);
    }

    #[tokio::test]
    async fn nobody_there_is_no_daemon_and_its_end_is_fine() {
        let directory = tempfile::tempdir().unwrap();
        let daemon = Daemon::new(directory.path().join("none.qmp"));
        assert!(!daemon.answers().await);
        daemon.end().await.unwrap();
    }
}
