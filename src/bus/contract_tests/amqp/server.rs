//! A broker for one test alone, which may kill it.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

pub struct Server {
    dir: tempfile::TempDir,
    port: String,
    pub amqp: String,
    pub amqps: String,
    pub management: String,
}

impl Server {
    pub fn start() -> Self {
        Self::start_in(directory())
    }

    pub fn start_with_tls() -> Self {
        let dir = directory();
        certificates(&dir.path().join("tls"));
        Self::start_in(dir)
    }

    fn start_in(dir: tempfile::TempDir) -> Self {
        let port = free_port().to_string();
        let mut server = Self { dir, port, amqp: String::new(), amqps: String::new(), management: String::new() };
        server.run("start");
        let read = |name: &str| std::fs::read_to_string(server.file(name)).unwrap_or_default().trim().to_owned();
        (server.amqp, server.amqps, server.management) = (read("amqp-url"), read("amqps-url"), read("management-url"));
        server
    }

    pub fn run(&self, verb: &str) {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/rabbitmq");
        let done = Command::new(script).arg(verb).arg(self.dir.path()).arg(&self.port).output().unwrap();
        assert!(done.status.success(), "{verb}: {}", String::from_utf8_lossy(&done.stderr));
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.run("kill");
    }
}

/// The broker's own user must be able to go in.
fn directory() -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

/// A port that is free together with those beside it that the script takes as well.
fn free_port() -> u16 {
    loop {
        let port = 20_000 + rand::random::<u16>() % 10_000;
        let all = [port, port + 1, port + 10_000, port + 20_000, port + 20_001];
        if all.iter().all(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok()) {
            return port;
        }
    }
}

/// Two authorities, and a certificate of the first for 127.0.0.1.
fn certificates(dir: &Path) {
    std::fs::create_dir_all(dir).unwrap();
    let make = "set -e
        for ca in ca other; do
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=$ca \
            -keyout $ca-key.pem -out $ca.pem
        done
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=broker \
          -keyout server-key.pem -out server.csr
        printf 'subjectAltName=IP:127.0.0.1\n' >ext
        openssl x509 -req -in server.csr -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 2 -extfile ext -out server.pem";
    let made = Command::new("sh").arg("-c").arg(make).current_dir(dir).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}
