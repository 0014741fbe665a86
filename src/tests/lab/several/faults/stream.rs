//! People who launch and delete, through the REST API, while something goes wrong.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};

use super::harm::Fault;
use crate::cloud::machines::Machines;
use crate::cloud::{Cloud, Person};

/// How many people there are. Each has one instance at a time: guests without KVM are slow.
const PEOPLE: usize = 3;
/// Whoever waits longer than this for an answer hangs.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);
/// How long an instance is waited for before it is deleted all the same.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(400);

/// What came of it.
#[derive(Default)]
pub struct Done {
    counts: BTreeMap<String, usize>,
    /// Answers that nobody should get.
    pub wrong: Vec<String>,
}

impl Done {
    /// How often something came of it.
    pub fn counted(&self, what: &str) -> usize {
        self.counts.get(what).copied().unwrap_or_default()
    }
}

impl fmt::Display for Done {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts: Vec<_> = self.counts.iter().map(|(what, number)| format!("{what} {number}")).collect();
        formatter.write_str(&counts.join(", "))
    }
}

/// Launches and deletes that are still to be made.
pub struct Stream {
    name: &'static str,
    url: String,
    http: Client,
    token: String,
    /// A launch without its name.
    body: Value,
    left: AtomicUsize,
    ended: AtomicBool,
    done: Mutex<Done>,
}

impl Stream {
    pub async fn begin(cloud: &Cloud, name: &'static str, network: &str, operations: usize) -> Arc<Self> {
        let person: Person = cloud.sign_in("demo").await;
        let mut body = person.launch_body("", "1").await;
        body["server"]["networks"] = json!([{ "uuid": network }]);
        Arc::new(Self {
            name,
            url: cloud.url(),
            http: Client::builder().timeout(ANSWER_WITHIN).build().expect("a client"),
            body,
            token: person.token,
            left: operations.into(),
            ended: false.into(),
            done: Mutex::default(),
        })
    }

    /// Until every operation is made. The fault happens at least once, and again and again until then.
    pub async fn run(self: Arc<Self>, fault: &'static Fault, machines: &Machines) -> Done {
        let (stream, machines) = (self.clone(), machines.clone());
        let harm = tokio::task::spawn_blocking(move || {
            for round in 0.. {
                std::thread::sleep(fault.pause);
                (fault.harm)(&machines, round);
                stream.count("faults");
                if stream.ended.load(Ordering::SeqCst) {
                    return;
                }
            }
        });
        let people: Vec<_> = (0..PEOPLE).map(|number| tokio::spawn(self.clone().person(number))).collect();
        for person in people {
            person.await.expect("a person");
        }
        self.ended.store(true, Ordering::SeqCst);
        harm.await.expect("a fault and its end");
        std::mem::take(&mut *self.done())
    }

    async fn person(self: Arc<Self>, number: usize) {
        for round in 0.. {
            if !self.may_go_on() {
                return;
            }
            let name = format!("{}-{number}-{round}", self.name);
            let Some(id) = self.launch(&name).await else { continue };
            // Every third is deleted while it is being built, at one moment or another.
            let hasty = (number + round).is_multiple_of(3);
            let patience = if hasty { Duration::from_millis(700 * (round as u64 % 5)) } else { PATIENCE };
            self.wait(&id, patience).await;
            if !self.may_go_on() {
                return;
            }
            self.delete(&id).await;
        }
    }

    fn may_go_on(&self) -> bool {
        self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
    }

    async fn launch(&self, name: &str) -> Option<String> {
        let mut body = self.body.clone();
        body["server"]["name"] = name.into();
        loop {
            // What was asked for may have been done, although nobody said so.
            if let Some((_, known)) = self.ask(Method::GET, &format!("/servers?name=^{name}$"), None).await
                && let Some(id) = known["servers"][0]["id"].as_str()
            {
                return Some(id.to_owned());
            }
            match self.ask(Method::POST, "/servers", Some(&body)).await {
                Some((StatusCode::ACCEPTED, answer)) => {
                    self.count("launched");
                    return answer["server"]["id"].as_str().map(str::to_owned);
                }
                Some((status, answer)) => {
                    self.wrong(format!("POST: {status} {answer}"));
                    return None;
                }
                None => {}
            }
        }
    }

    async fn wait(&self, id: &str, patience: Duration) {
        let until = Instant::now() + patience;
        while Instant::now() < until {
            if let Some((_, answer)) = self.ask(Method::GET, &format!("/servers/{id}"), None).await {
                let status = answer["server"]["status"].as_str().unwrap_or("gone");
                if status == "ERROR" {
                    println!("{}: {id}: {}", self.name, answer["server"]["fault"]["message"]);
                }
                if status != "BUILD" {
                    return self.count(status);
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    async fn delete(&self, id: &str) {
        let path = format!("/servers/{id}");
        loop {
            match self.ask(Method::DELETE, &path, None).await {
                Some((StatusCode::NO_CONTENT | StatusCode::NOT_FOUND, _)) => break,
                // The first time it was heard, and not answered.
                Some((StatusCode::CONFLICT, answer)) if answer.to_string().contains("deleting") => break,
                Some((status, answer)) => return self.wrong(format!("DELETE: {status} {answer}")),
                None => {}
            }
        }
        self.count("deleted");
        let until = Instant::now() + PATIENCE / 3;
        while Instant::now() < until {
            if let Some((StatusCode::NOT_FOUND, _)) = self.ask(Method::GET, &path, None).await {
                return self.count("gone");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// An answer, unless the service says that it is not available just now, or nobody is there.
    async fn ask(&self, method: Method, path: &str, body: Option<&Value>) -> Option<(StatusCode, Value)> {
        let request = self.http.request(method.clone(), format!("{}/compute/v2.1{path}", self.url));
        let mut request = request.header("X-Auth-Token", &self.token);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answered = async {
            let answer = request.send().await?;
            let status = answer.status();
            Ok::<_, reqwest::Error>((status, answer.text().await?))
        };
        let (status, text) = match answered.await {
            Ok(answer) => answer,
            Err(error) => {
                if error.is_timeout() {
                    self.wrong(format!("{method} {path}: no answer within {} s", ANSWER_WITHIN.as_secs()));
                }
                self.count("unanswered");
                tokio::time::sleep(LOOK_EVERY).await;
                return None;
            }
        };
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        if status == StatusCode::SERVICE_UNAVAILABLE {
            let said = body.as_object().and_then(|all| all.values().next()?.get("message")?.as_str());
            if said.is_none_or(str::is_empty) {
                self.wrong(format!("{method} {path}: 503 without a sentence: {text}"));
            }
            self.count("unavailable");
            tokio::time::sleep(LOOK_EVERY).await;
            return None;
        }
        if status.is_server_error() {
            self.wrong(format!("{method} {path}: {status} {text}"));
        }
        Some((status, body))
    }

    fn done(&self) -> std::sync::MutexGuard<'_, Done> {
        self.done.lock().expect("nobody panics here")
    }

    fn count(&self, what: &str) {
        *self.done().counts.entry(what.to_owned()).or_default() += 1;
    }

    fn wrong(&self, what: String) {
        self.done().wrong.push(what);
    }
}
