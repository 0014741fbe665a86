//! An Arcus of its own for a test: the real program as a child process, or the roles of it on the machines of
//! `scripts/lab cloud`; spoken to over HTTP.
#![allow(dead_code, reason = "three test targets share it, and none uses all of it")]

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

use self::machines::Machines;
use self::records::Records;

#[path = "machines.rs"]
pub mod machines;
#[path = "records.rs"]
mod records;

/// How often something that takes a moment is looked at again, and how many times at the most (a minute in all).
const LOOK_EVERY: Duration = Duration::from_millis(100);
const LOOKS: usize = 600;

/// Looks again until `found` says something.
///
/// # Panics
/// With `what` when a minute was not enough.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, found: impl FnMut() -> F) -> T {
    eventually_within(1, what, found).await
}

/// As [`eventually`], for what takes long.
///
/// # Panics
/// With `what` when those minutes were not enough.
pub async fn eventually_within<T, F: Future<Output = Option<T>>>(
    minutes: u32,
    what: &str,
    mut found: impl FnMut() -> F,
) -> T {
    let end = Instant::now() + Duration::from_secs(60) * minutes;
    while Instant::now() < end {
        if let Some(value) = found().await {
            return value;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    panic!("{what} did not come to pass within {minutes} minutes");
}

/// A client that gives idle connections up before the server does: a request that meets a closing one is lost.
fn client() -> Client {
    Client::builder().pool_idle_timeout(Duration::from_secs(30)).build().expect("a client")
}

/// A running Arcus with a state directory of its own. Ends with the value.
pub struct Cloud {
    state: TempDir,
    settings: Vec<(String, String)>,
    port: u16,
    child: Option<Child>,
    mounted: bool,
    bare: bool,
    /// The machines that it runs on, when that is not this one.
    pub machines: Option<Machines>,
    pub http: Client,
}

/// Somebody signed in.
pub struct Person {
    pub token: String,
    base: String,
    http: Client,
}

impl Cloud {
    /// Starts one with these settings (names as in the settings file).
    pub async fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_in(scratch(), settings).await
    }

    /// As [`Cloud::start`], with identities and the image alone: no flavors, no network.
    pub async fn start_bare(settings: &[(&str, &str)]) -> Self {
        let mut cloud = Self::new(scratch(), settings);
        cloud.bare = true;
        cloud.begin().await;
        cloud
    }

    /// As [`Cloud::start`], on a file system of its own of that size. Needs a mount namespace that nobody else sees.
    pub async fn start_on_small_disk(settings: &[(&str, &str)], size: &str) -> Self {
        let state = scratch();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size},mode=0755"), "tmpfs"])
            .arg(state.path())
            .status();
        assert!(mounted.is_ok_and(|status| status.success()), "no small disk could be mounted");
        let mut cloud = Self::start_in(state, settings).await;
        cloud.mounted = true;
        cloud
    }

    /// As [`Cloud::start`], with pretended instances.
    pub async fn simulated(settings: &[(&str, &str)]) -> Self {
        let mut all = vec![("driver", "simulated"), ("host", "sim-1")];
        all.extend_from_slice(settings);
        Self::start(&all).await
    }

    async fn start_in(state: TempDir, settings: &[(&str, &str)]) -> Self {
        let mut cloud = Self::new(state, settings);
        cloud.begin().await;
        cloud
    }

    /// The first start, until every host has said what it has: libvirt may be starting yet.
    async fn begin(&mut self) {
        let hosts = match &self.machines {
            Some(machines) => {
                machines.reset(self.bare, &self.settings);
                machines.hosts.len()
            }
            None => {
                self.run(&[]).await;
                1
            }
        };
        let reported = || async { (self.count("SELECT count(*) FROM hosts").await >= hosts as i64).then_some(()) };
        eventually("the hosts", reported).await;
    }

    fn new(state: TempDir, settings: &[(&str, &str)]) -> Self {
        let port =
            std::net::TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let settings = settings.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let machines = Machines::given();
        Self { state, settings, port, child: None, mounted: false, bare: false, machines, http: client() }
    }

    /// Starts the program (again), with `more` settings this once, and waits until it answers.
    pub async fn run(&mut self, more: &[(&str, &str)]) {
        if let Some(machines) = &self.machines {
            assert!(more.is_empty(), "settings of several machines hold until the next reset: {more:?}");
            return machines.start();
        }
        self.spawn(more);
        let identity = format!("{}/identity/v3", self.url());
        let (http, child) = (self.http.clone(), self.child.as_mut().expect("just spawned"));
        for _ in 0..LOOKS {
            if http.get(&identity).send().await.is_ok_and(|answer| answer.status().is_success()) {
                return;
            }
            if let Some(status) = child.try_wait().expect("its status") {
                panic!("arcus ended with {status} instead of starting");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("arcus does not answer at {identity}");
    }

    /// Starts the program without waiting for an answer.
    pub fn spawn(&mut self, more: &[(&str, &str)]) {
        let assets = self.state.path().join("site");
        std::fs::create_dir_all(&assets).expect("an empty site");
        let mut command = Command::new(env!("CARGO_BIN_EXE_arcus"));
        command
            .arg("up")
            .args(self.bare.then_some("--bare"))
            .env("ARCUS_STATE_DIR", self.state_dir())
            .env("ARCUS_LISTEN", format!("127.0.0.1:{}", self.port))
            .env("ARCUS_BUNDLED_IMAGE", bundled_image(self.state.path()))
            .env("ARCUS_LOG", std::env::var("ARCUS_LOG").unwrap_or_else(|_| "warn".to_owned()))
            .stdout(Stdio::null());
        if std::env::var_os("ARCUS_ASSETS").is_none() {
            command.env("ARCUS_ASSETS", &assets);
        }
        for (name, value) in
            self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(more.iter().copied())
        {
            command.env(format!("ARCUS_{}", name.to_uppercase()), value);
        }
        self.child = Some(command.spawn().expect("arcus starts"));
    }

    /// Kills the program without warning.
    pub fn kill(&mut self) {
        if let Some(machines) = &self.machines {
            return machines.kill();
        }
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a living child");
            child.wait().expect("its end");
        }
    }

    /// Waits until the program has ended by itself.
    pub async fn ended(&mut self) {
        for _ in 0..LOOKS {
            if self.child.as_mut().is_none_or(|child| child.try_wait().expect("its status").is_some()) {
                self.child = None;
                return;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("arcus goes on running");
    }

    /// Where it listens, such as `http://127.0.0.1:40123`.
    pub fn url(&self) -> String {
        self.machines
            .as_ref()
            .map_or_else(|| format!("http://127.0.0.1:{}", self.port), |machines| machines.url.clone())
    }

    /// Where it listens at the classic port of a service.
    pub fn classic_url(&self, port: u16) -> String {
        let url = self.url();
        let (address, _) = url.rsplit_once(':').expect("a port");
        format!("{address}:{port}")
    }

    /// The program's process id.
    pub fn pid(&self) -> u32 {
        self.child.as_ref().expect("a running arcus").id()
    }

    /// Its state directory: that of the API, where there are several.
    pub fn state_dir(&self) -> PathBuf {
        self.machines.as_ref().map_or_else(|| self.state.path().join("state"), |machines| machines.openrc.clone())
    }

    /// Signs `admin` or `demo` in with the password of its `openrc` file.
    pub async fn sign_in(&self, name: &str) -> Person {
        self.sign_in_with(name, &self.password(name), name).await
    }

    /// The password in the `openrc` file of `admin` or `demo`.
    pub fn password(&self, name: &str) -> String {
        let openrc = std::fs::read_to_string(self.state_dir().join(format!("{name}-openrc"))).expect("an openrc file");
        let password = openrc.lines().find_map(|line| line.strip_prefix("export OS_PASSWORD=")).expect("a password");
        password.to_owned()
    }

    /// Signs somebody in to a project of domain Default.
    pub async fn sign_in_with(&self, user: &str, password: &str, project: &str) -> Person {
        let domain = json!({ "name": "Default" });
        let request = json!({ "auth": {
            "identity": { "methods": ["password"], "password": { "user": { "name": user, "domain": domain, "password": password } } },
            "scope": { "project": { "name": project, "domain": domain } },
        } });
        let answer = self
            .http
            .post(format!("{}/identity/v3/auth/tokens", self.url()))
            .json(&request)
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::CREATED, "{user} cannot sign in");
        let token = answer.headers()["X-Subject-Token"].to_str().expect("a token").to_owned();
        Person { token, base: self.url(), http: self.http.clone() }
    }

    /// Runs an operator's command, such as `user create`, and returns what it printed.
    pub fn operator(&self, arguments: &[&str]) -> String {
        let program = env!("CARGO_BIN_EXE_arcus");
        let mut command = match &self.machines {
            Some(machines) => machines.on("control", program),
            None => Command::new(program),
        };
        let output = command
            .args(arguments)
            .env("ARCUS_STATE_DIR", self.state_dir())
            .env("ARCUS_LOG", "error")
            .output()
            .expect("arcus runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text")
    }

    /// Counts rows of the records, read beside the running program.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.records().await.numbers(sql, None).await[0]
    }

    /// Rows of the records, their columns all text, read beside the running program.
    pub async fn rows(&self, sql: &'static str) -> Vec<Vec<String>> {
        self.records().await.rows(sql).await
    }

    /// The launch steps recorded for an instance, in the order in which they were written.
    pub async fn steps(&self, instance: &str) -> Vec<i64> {
        let sql = "SELECT step FROM instance_events WHERE instance_id = $1 AND step IS NOT NULL AND result = 'done' ORDER BY started_at, step";
        self.records().await.numbers(sql, Some(instance)).await
    }

    async fn records(&self) -> Records {
        match &self.machines {
            Some(machines) => Records::on_postgres(&machines.database).await,
            None => Records::on_sqlite(&self.state_dir().join("arcus.db")).await,
        }
    }

    /// Nothing that a launch takes is left in the records: no living instance, allocation, port of an instance, or
    /// undelivered message.
    pub async fn holds_nothing(&self) {
        eventually("an empty outbox", || async {
            (self.count("SELECT count(*) FROM outbox").await == 0).then_some(())
        })
        .await;
        for sql in [
            "SELECT count(*) FROM instances WHERE deleted_at IS NULL",
            "SELECT count(*) FROM allocations",
            "SELECT count(*) FROM ports WHERE device_owner LIKE 'compute:%'",
            "SELECT count(*) FROM ip_allocations WHERE port_id NOT IN (SELECT id FROM ports)",
        ] {
            assert_eq!(self.count(sql).await, 0, "{sql}");
        }
    }
}

impl Drop for Cloud {
    fn drop(&mut self) {
        if self.machines.is_some() {
            return; // the next one begins again
        }
        self.kill();
        if self.mounted {
            // Lazily: a guest that the test left may still hold its disk.
            let _ = Command::new("umount").arg("--lazy").arg(self.state.path()).status();
        }
    }
}

impl Person {
    /// The same person at another API of this cloud.
    pub fn at(&self, base: &str) -> Self {
        Self { token: self.token.clone(), base: base.to_owned(), http: self.http.clone() }
    }

    /// A REST call with this person's token, to be given more and sent.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base)).header("X-Auth-Token", &self.token)
    }

    /// One REST call with this person's token.
    pub async fn call(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("an answer");
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// GET, which must succeed.
    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, None).await;
        assert!(status.is_success(), "GET {path}: {status} {body}");
        body
    }

    /// POST, which must succeed.
    pub async fn post(&self, path: &str, body: Value) -> Value {
        let (status, answer) = self.call(Method::POST, path, Some(body)).await;
        assert!(status.is_success(), "POST {path}: {status} {answer}");
        answer
    }

    /// The id of the thing of that name in a list, such as `images` of `/image/v2/images`.
    pub async fn id_of(&self, path: &str, list: &str, name: &str) -> String {
        let body = self.get(path).await;
        let found = body[list].as_array().into_iter().flatten().find(|thing| thing["name"] == name);
        found.and_then(|thing| thing["id"].as_str()).unwrap_or_else(|| panic!("no {name} in {body}")).to_owned()
    }

    /// The body of a launch of `cirros` on `flavor` and network `shared`.
    pub async fn launch_body(&self, name: &str, flavor: &str) -> Value {
        let image = self.id_of("/image/v2/images", "images", "cirros").await;
        let network = self.id_of("/network/v2.0/networks", "networks", "shared").await;
        json!({ "server": { "name": name, "imageRef": image, "flavorRef": flavor, "networks": [{ "uuid": network }] } })
    }

    /// Launches and returns the instance's id at once.
    pub async fn launch(&self, name: &str, flavor: &str) -> String {
        let body = self.launch_body(name, flavor).await;
        let answer = self.post("/compute/v2.1/servers", body).await;
        answer["server"]["id"].as_str().expect("an id").to_owned()
    }

    /// The instance as it is now.
    pub async fn server(&self, id: &str) -> Value {
        self.get(&format!("/compute/v2.1/servers/{id}")).await["server"].clone()
    }

    /// Waits until the instance has settled in one of `states`.
    pub async fn settled(&self, id: &str, states: &[&str]) -> Value {
        for _ in 0..LOOKS {
            let server = self.server(id).await;
            if states.iter().any(|state| server["status"] == *state) && server["OS-EXT-STS:task_state"].is_null() {
                return server;
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
        panic!("not {states:?} within a minute: {}", self.server(id).await);
    }

    /// Deletes the instance and waits until it is gone.
    pub async fn delete_server(&self, id: &str) {
        let path = format!("/compute/v2.1/servers/{id}");
        let (status, body) = self.call(Method::DELETE, &path, None).await;
        assert!(status == StatusCode::NO_CONTENT || status == StatusCode::NOT_FOUND, "DELETE {path}: {status} {body}");
        eventually(&format!("{id} gone"), || async {
            let (status, _) = self.call(Method::GET, &path, None).await;
            (status == StatusCode::NOT_FOUND).then_some(())
        })
        .await;
    }
}

/// A directory that QEMU, which runs as another user, can pass through.
fn scratch() -> TempDir {
    let passable = std::fs::Permissions::from_mode(0o711);
    tempfile::Builder::new().prefix("arcus-test-").permissions(passable).tempdir().expect("a scratch directory")
}

/// The bundled image: the real one where the build made it, else an empty disk, which pretended instances boot as well.
fn bundled_image(scratch: &Path) -> PathBuf {
    if let Some(path) = std::env::var_os("ARCUS_BUNDLED_IMAGE") {
        return path.into();
    }
    let path = scratch.join("cirros.qcow2");
    if !path.exists() {
        let made = Command::new("qemu-img")
            .args(["create", "-q", "-f", "qcow2"])
            .arg(&path)
            .arg("8M")
            .status()
            .expect("qemu-img runs");
        assert!(made.success(), "qemu-img made no image");
        let about = json!({ "name": "cirros", "description": "An empty disk", "min_ram": 64, "min_disk": 1 });
        std::fs::write(scratch.join("cirros.qcow2.json"), about.to_string()).expect("a description");
    }
    path
}
