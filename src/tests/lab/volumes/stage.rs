//! A cloud whose guests can be entered, and what people do with volumes in it.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::client::Client;
use crate::cloud::{Cloud, Person, eventually};
use crate::host;
use crate::outside::{OUTSIDE, comes_up, launch_on, let_in, provider, ssh};

/// A cloud with a provider network whose guests are let in, and who works in it.
pub struct Stage {
    pub cloud: Cloud,
    pub demo: Person,
    pub client: Client,
    pub network: String,
}

impl Stage {
    /// A fresh one.
    pub async fn set() -> Self {
        Self::set_with(&[]).await
    }

    /// A fresh one with these settings.
    pub async fn set_with(settings: &[(&str, &str)]) -> Self {
        host::clear();
        Self::on(Cloud::start(settings).await).await
    }

    /// One on a cloud that runs.
    pub async fn on(cloud: Cloud) -> Self {
        let demo = cloud.sign_in("demo").await;
        let network = provider(&cloud.sign_in("admin").await).await;
        let_in(&demo).await;
        let client = Client::of(&cloud, "demo");
        Self { cloud, demo, client, network }
    }

    /// An instance that runs and can be told things, and its address.
    pub async fn guest(&self, name: &str) -> (String, String) {
        let (id, ip) = launch_on(&self.demo, name, json!({ "uuid": self.network })).await;
        comes_up(OUTSIDE, &ip).await;
        (id, ip)
    }

    /// Makes a volume and waits until it can be used.
    pub async fn volume(&self, arguments: &str) -> String {
        let made = self.client.run(&format!("volume create {arguments}"));
        let id = made["id"].as_str().expect("an id").to_owned();
        self.becomes(&id, "available").await;
        id
    }

    /// Waits until a volume has a status, and returns how the client shows it.
    pub async fn becomes(&self, volume: &str, status: &str) -> Value {
        eventually(&format!("volume {volume} {status}"), || async {
            let shown = self.client.run(&format!("volume show {volume}"));
            assert_ne!(shown["status"], "error", "{shown}");
            (shown["status"] == status).then_some(shown)
        })
        .await
    }

    /// Gives a guest a volume as its second disk.
    pub async fn attach(&self, guest: &str, volume: &str) {
        let attached = self.client.run(&format!("server add volume {guest} {volume}"));
        assert_eq!(attached["Device"], "/dev/vdb", "{attached}");
        let shown = self.becomes(volume, "in-use").await;
        assert_eq!(shown["attachments"][0]["server_id"], guest, "{shown}");
    }

    /// Takes a volume from a guest.
    pub async fn detach(&self, guest: &str, volume: &str) {
        self.client.tell(&format!("server remove volume {guest} {volume}"));
        let shown = self.becomes(volume, "available").await;
        assert_eq!(shown["attachments"], json!([]), "{shown}");
    }

    /// Keeps what a volume holds now, whether or not a guest has it, and waits until that is done.
    pub async fn snapshot(&self, volume: &str) -> String {
        let made = self.client.run(&format!("volume snapshot create --force --volume {volume} moment"));
        let id = made["id"].as_str().expect("an id").to_owned();
        eventually("a snapshot", || async {
            let shown = self.client.run(&format!("volume snapshot show {id}"));
            assert_ne!(shown["status"], "error", "{shown}");
            (shown["status"] == "available").then_some(())
        })
        .await;
        id
    }

    /// Deletes the one snapshot that there is.
    pub async fn forget(&self, snapshot: &str) {
        self.client.tell(&format!("volume snapshot delete {snapshot}"));
        let gone = || async { (self.client.run("volume snapshot list") == json!([])).then_some(()) };
        eventually("no snapshot left", gone).await;
    }

    /// Makes a volume of 1 GiB twice as large under a guest, which sees it.
    pub async fn grow(&self, volume: &str, ip: &str) {
        self.client.tell(&format!("volume set --size 2 {volume}"));
        let size = || async { ssh(OUTSIDE, ip, "cat /sys/block/vdb/size").filter(|size| size.trim() == "4194304") };
        eventually("2 GiB in the guest", size).await;
        let shown = self.becomes(volume, "in-use").await;
        assert_eq!(shown["size"], 2, "{shown}");
    }

    /// Deletes a guest and waits until it is gone.
    pub async fn delete(&self, guest: &str) {
        self.client.tell(&format!("server delete --wait {guest}"));
    }

    /// Everything goes; nothing is left on the host, not even a file.
    pub async fn empty(self) {
        let volumes = self.client.run("volume list");
        for volume in volumes.as_array().expect("a list") {
            self.client.tell(&format!("volume delete {}", volume["ID"].as_str().expect("an id")));
        }
        eventually("no volume left", || async { (self.client.run("volume list") == json!([])).then_some(()) }).await;
        self.cloud.holds_nothing().await;
        host::comes_clean(&self.cloud.state_dir(), "after the deletes").await;
        assert_eq!(self.pool(), Vec::<String>::new());
    }

    /// The name of the host on which a volume lies.
    pub async fn host_of(&self, volume: &str) -> String {
        let admin = self.cloud.sign_in("admin").await;
        let listed = admin.get("/volume/v3/volumes/detail?all_tenants=1").await;
        let volumes = listed["volumes"].as_array().expect("a list");
        let found = volumes.iter().find(|one| one["id"] == volume).expect("the volume");
        let place = found["os-vol-host-attr:host"].as_str().expect("a host");
        place.split_once('@').map_or(place, |(host, _)| host).to_owned()
    }

    fn pools(&self) -> impl Iterator<Item = PathBuf> {
        host::agents(&self.cloud.state_dir()).into_iter().map(|directory| directory.join("volumes"))
    }

    /// The file in which a volume's data are.
    pub fn file_of(&self, volume: &str) -> PathBuf {
        let mut files = self.pools().map(|pool| pool.join(format!("{volume}.qcow2")));
        files.find(|file| file.exists()).expect("a file")
    }

    /// The names of the files in the hosts' pools.
    pub fn pool(&self) -> Vec<String> {
        let pools = self.pools();
        let files = pools.flat_map(|pool| std::fs::read_dir(pool).into_iter().flatten());
        let mut names: Vec<_> =
            files.map(|file| file.expect("a file").file_name().into_string().expect("a name")).collect();
        names.sort();
        names
    }
}

/// What a command says in a guest.
pub fn inside(ip: &str, command: &str) -> String {
    ssh(OUTSIDE, ip, command).unwrap_or_else(|| panic!("{ip}: {command}"))
}

/// Makes a file system on the second disk and a file of noise on it; the file's checksum.
pub async fn fill(ip: &str) -> String {
    eventually("the disk in the guest", || async { ssh(OUTSIDE, ip, "test -b /dev/vdb") }).await;
    inside(ip, "sudo mke2fs -F /dev/vdb >/dev/null 2>&1 && sudo mount /dev/vdb /mnt");
    inside(ip, "sudo dd if=/dev/urandom of=/mnt/noise bs=1k count=4000 2>/dev/null; sync");
    inside(ip, "sha256sum </mnt/noise")
}

/// The checksum of the file on the second disk of another guest.
pub async fn read_back(ip: &str) -> String {
    eventually("the disk in the guest", || async { ssh(OUTSIDE, ip, "test -b /dev/vdb") }).await;
    inside(ip, "sudo mount -o ro /dev/vdb /mnt && sha256sum </mnt/noise")
}
