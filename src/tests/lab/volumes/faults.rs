//! Whatever dies in the midst of work on volumes: afterwards each is as the records say, its data is whole, and nothing is left
//! over.

use std::collections::BTreeSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::harm::{Dies, Hosts};
use super::stage::Stage;
use crate::cloud::eventually;
use crate::host;
use crate::outside::apart;

/// How long after a request something dies: at once, and within each part of the work.
const AFTER: [u64; 4] = [0, 40, 150, 500];

const VOLUMES: &str = "/volume/v3/volumes";
const SNAPSHOTS: &str = "/volume/v3/snapshots";

/// A volume full of data, and a guest that is given it: of another host, where there is one.
struct Scene {
    stage: Stage,
    guest: String,
    hosts: Hosts,
    volume: String,
    /// A file that holds what the volume holds.
    original: String,
}

impl Scene {
    async fn set() -> Self {
        let stage = Stage::set().await;
        let volume = stage.volume("--size 1 --image cirros precious").await;
        let here = stage.host_of(&volume).await;
        let (mut guest, mut hosts) = (String::new(), Hosts { volume: here.clone(), guest: here });
        let admin = stage.cloud.sign_in("admin").await;
        let names = if stage.cloud.machines.is_some() { &["here", "there"][..] } else { &["here"] };
        for (id, _) in apart(&stage.demo, &stage.network, names).await {
            let host = admin.server(&id).await["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned();
            if guest.is_empty() || host != hosts.volume {
                (guest, hosts.guest) = (id, host);
            }
        }
        let original = std::env::var("ARCUS_BUNDLED_IMAGE").expect("ARCUS_BUNDLED_IMAGE: see scripts/test");
        Self { stage, guest, hosts, volume, original }
    }

    /// Nothing is left of it.
    async fn end(self) {
        let listed = self.stage.demo.get("/compute/v2.1/servers").await;
        for server in listed["servers"].as_array().expect("a list") {
            self.stage.delete(server["id"].as_str().expect("an id")).await;
        }
        self.stage.empty().await;
    }

    fn attachments(&self) -> String {
        format!("/compute/v2.1/servers/{}/os-volume_attachments", self.guest)
    }

    /// Makes a request, and then something dies.
    async fn ask(&mut self, dies: Dies, after: u64, request: (Method, String, Option<Value>)) {
        let (method, path, body) = request;
        let cloud = &self.stage.cloud;
        let request = cloud.http.request(method, format!("{}{path}", cloud.url()));
        // Volumes in use grow from 3.42 on.
        let request =
            request.header("OpenStack-API-Version", "volume 3.42").header("X-Auth-Token", &self.stage.demo.token);
        let answer =
            body.into_iter().fold(request, |request, body| request.json(&body)).send().await.expect("an answer");
        let (status, said) = (answer.status(), answer.text().await.expect("a body"));
        assert!(status.is_success(), "{path}: {said}");
        tokio::time::sleep(Duration::from_millis(after)).await;
        dies.happen(&mut self.stage, &self.hosts).await;
    }

    async fn settled(&self, what: &str, path: &str, kind: &str) -> Option<Value> {
        eventually(&format!("an end of {what}"), || async {
            let (status, answer) = self.stage.demo.call(Method::GET, path, None).await;
            if status == reqwest::StatusCode::NOT_FOUND {
                return Some(None);
            }
            let thing = answer[kind].clone();
            let ended = ["available", "in-use", "error", "error_deleting", "error_extending"];
            thing["status"].as_str().is_some_and(|status| ended.contains(&status)).then_some(Some(thing))
        })
        .await
    }

    /// How a volume is in the end; one that failed says why.
    async fn volume_settled(&self, what: &str, id: &str) -> Option<Value> {
        let volume = self.settled(what, &format!("{VOLUMES}/{id}"), "volume").await?;
        if volume["status"].as_str().is_some_and(|status| status.starts_with("error")) {
            let messages = self.stage.demo.get("/volume/v3/messages").await;
            let told = messages["messages"].as_array().expect("a list").iter().any(|one| one["resource_uuid"] == id);
            assert!(told, "{what}: nobody says why: {volume}");
        }
        Some(volume)
    }

    /// Records, libvirt and files agree, and the data is what it was.
    async fn agrees(&self, what: &str) {
        let volume = self.volume_settled(what, &self.volume).await.expect("the volume");
        let is_attached = volume["attachments"].as_array().is_some_and(|list| !list.is_empty());
        assert!(volume["status"] == if is_attached { "in-use" } else { "available" }, "{what}: {volume}");
        // Each disk's serial number is its volume's id.
        let dump = format!("virsh dumpxml {} 2>/dev/null || true", self.guest);
        eventually(&format!("after {what}, libvirt and the records agree: {volume}"), || async {
            let domain = host::told("sh", &["-c", &dump]).concat();
            (domain.contains(&self.volume) == is_attached).then_some(())
        })
        .await;
        let listed = self.stage.demo.get(VOLUMES).await;
        let ids = listed["volumes"].as_array().expect("a list").iter().map(|one| one["id"].as_str().expect("an id"));
        let wanted: BTreeSet<_> = ids.map(|id| format!("{id}.qcow2")).collect();
        eventually(&format!("after {what}, a file for each volume"), || async {
            (self.stage.pool().into_iter().collect::<BTreeSet<_>>() == wanted).then_some(())
        })
        .await;
        let file = self.stage.file_of(&self.volume).display().to_string();
        host::tell("qemu-img", &["compare", "-U", "-f", "qcow2", "-F", "qcow2", &file, &self.original]);
    }

    async fn delete(&self, path: &str) {
        let (status, answer) = self.stage.demo.call(Method::DELETE, path, None).await;
        assert!(status.is_success() || status == reqwest::StatusCode::NOT_FOUND, "{path}: {answer}");
        eventually(&format!("{path} gone"), || async {
            let (status, _) = self.stage.demo.call(Method::GET, path, None).await;
            (status == reqwest::StatusCode::NOT_FOUND).then_some(())
        })
        .await;
    }

    /// Attach, snapshot, delete the snapshot, extend, detach: each with a death.
    async fn through(&mut self, dies: Dies, after: u64) {
        let when = |what: &str| format!("{dies:?} died {after} ms into {what}");
        let attach = json!({ "volumeAttachment": { "volumeId": self.volume } });
        self.ask(dies, after, (Method::POST, self.attachments(), Some(attach.clone()))).await;
        self.agrees(&when("attaching")).await;
        let volume = self.volume_settled("attaching", &self.volume).await.expect("the volume");
        if volume["status"] != "in-use" {
            self.stage.demo.post(&self.attachments(), attach).await;
            self.stage.becomes(&self.volume.clone(), "in-use").await;
        }

        let snapshot = json!({ "snapshot": { "volume_id": self.volume, "force": true } });
        self.ask(dies, after, (Method::POST, SNAPSHOTS.to_owned(), Some(snapshot))).await;
        self.agrees(&when("a snapshot")).await;
        let listed = self.stage.demo.get(SNAPSHOTS).await;
        for snapshot in listed["snapshots"].as_array().expect("a list") {
            let path = format!("{SNAPSHOTS}/{}", snapshot["id"].as_str().expect("an id"));
            self.settled("a snapshot", &path, "snapshot").await;
            self.ask(dies, after, (Method::DELETE, path.clone(), None)).await;
            self.settled("a snapshot's delete", &path, "snapshot").await;
            self.delete(&path).await;
        }
        self.agrees(&when("deleting a snapshot")).await;

        // It does not grow under a guest of another host.
        if self.hosts.guest == self.hosts.volume {
            let size = volume["size"].as_i64().expect("a size") + 1;
            let extend = json!({ "os-extend": { "new_size": size } });
            let path = format!("{VOLUMES}/{}/action", self.volume);
            self.ask(dies, after, (Method::POST, path, Some(extend))).await;
            self.agrees(&when("extending")).await;
            let volume = self.volume_settled("extending", &self.volume).await.expect("the volume");
            assert_eq!(volume["size"], size, "{volume}");
        }

        let path = format!("{}/{}", self.attachments(), self.volume);
        self.ask(dies, after, (Method::DELETE, path.clone(), None)).await;
        self.agrees(&when("detaching")).await;
        let volume = self.volume_settled("detaching", &self.volume).await.expect("the volume");
        if volume["status"] == "in-use" {
            self.stage.detach(&self.guest.clone(), &self.volume.clone()).await;
        }
    }

    /// A copy is made and deleted, each with a death.
    async fn copies(&mut self, dies: Dies, after: u64) {
        let copy = json!({ "volume": { "size": 20, "source_volid": self.volume, "name": "copy" } });
        self.ask(dies, after, (Method::POST, VOLUMES.to_owned(), Some(copy))).await;
        self.agrees(&format!("{dies:?} died {after} ms into copying")).await;
        let listed = self.stage.demo.get(VOLUMES).await;
        for volume in listed["volumes"].as_array().expect("a list").iter().filter(|one| one["name"] == "copy") {
            let id = volume["id"].as_str().expect("an id");
            self.volume_settled("copying", id).await;
            let path = format!("{VOLUMES}/{id}");
            self.ask(dies, after, (Method::DELETE, path.clone(), None)).await;
            self.volume_settled("deleting", id).await;
            self.delete(&path).await;
        }
        self.agrees(&format!("{dies:?} died {after} ms into deleting")).await;
    }
}

#[tokio::test]
async fn whatever_dies_while_volumes_are_worked_on_they_are_whole_and_where_the_records_say() {
    let mut scene = Scene::set().await;
    for after in AFTER {
        for dies in [Dies::Arcus, Dies::Libvirtd] {
            scene.through(dies, after).await;
            scene.copies(dies, after).await;
        }
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn several_hosts_lose_nothing_of_a_volume_whatever_dies_while_it_is_worked_on() {
    let mut scene = Scene::set().await;
    for after in AFTER {
        for dies in [Dies::VolumesAgent, Dies::GuestsAgent, Dies::StorageDaemon, Dies::Libvirtd] {
            scene.through(dies, after).await;
        }
    }
    scene.end().await;
}
