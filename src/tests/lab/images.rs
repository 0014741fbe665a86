//! Images that are made of instances and volumes, by the stock client: what starts from them has what was there.

mod of_snapshots;

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::cloud::eventually;
use super::host;
use super::outside::{OUTSIDE, comes_up};
use super::volumes::harm::{Dies, Hosts};
use super::volumes::stage::{Stage, inside};

/// How long after a request something dies: at once, and within each part of the work.
const AFTER: [u64; 4] = [0, 100, 400, 1000];

impl Stage {
    /// An instance that started from an image, or what else the client takes for it, and its address.
    async fn starts_from(&self, image: &str, name: &str) -> (String, String) {
        let server = self.client.run(&format!(
            "server create --flavor 1 --image {image} --nic net-id={} --security-group default --wait {name}",
            self.network
        ));
        assert_eq!(server["status"], "ACTIVE", "{server}");
        let ip = server["addresses"]["provider"][0].as_str().expect("an address").to_owned();
        comes_up(OUTSIDE, &ip).await;
        (server["id"].as_str().expect("an id").to_owned(), ip)
    }

    /// Waits until an image can be used.
    async fn becomes_active(&self, image: &str) {
        eventually(&format!("image {image} active"), || async {
            (self.client.run(&format!("image show {image}"))["status"] == "active").then_some(())
        })
        .await;
    }

    /// An image holds what the bundled one does.
    fn holds_the_bundled_image(&self, image: &str, format: &str) {
        let original = std::env::var("ARCUS_BUNDLED_IMAGE").expect("ARCUS_BUNDLED_IMAGE: see scripts/test");
        let file = self.cloud.state_dir().join("images").join(image).display().to_string();
        host::tell("qemu-img", &["compare", "-f", format, "-F", "qcow2", &file, &original]);
    }

    /// No file is on its way, and nothing is left inside of a disk.
    async fn nothing_on_its_way(&self, disk: &str) {
        let disk = self.cloud.state_dir().join(disk).display().to_string();
        eventually("nothing left of an image that was made", || async {
            let files = std::fs::read_dir(self.cloud.state_dir().join("uploads")).expect("the uploads").count();
            let told = host::tell("qemu-img", &["info", "-U", "--output=json", &disk]);
            let info: Value = serde_json::from_str(&told).expect("JSON");
            (files == 0 && info.get("snapshots").is_none()).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn an_image_of_a_running_instance_starts_others_that_have_its_files() {
    let stage = Stage::set().await;
    let (guest, ip) = stage.guest("original").await;
    inside(&ip, "dd if=/dev/urandom of=noise bs=1k count=2000 2>/dev/null; sync");
    let written = inside(&ip, "sha256sum <noise");
    inside(&ip, "(while true; do dd if=/dev/urandom of=more bs=1k count=1000; sync; done) >/dev/null 2>&1 &");
    let domain = host::domain_of(&guest);
    let before = host::tell("virsh", &["domid", &domain]);

    let image = stage.client.run("server image create --name golden --wait original");
    assert_eq!(image["status"], "active", "{image}");
    let properties = image["properties"].to_string();
    assert!(properties.contains(&guest) && properties.contains("snapshot"), "{image}");
    assert_eq!(host::tell("virsh", &["domid", &domain]), before, "the guest was started anew");
    assert_eq!(inside(&ip, "sha256sum <noise"), written);
    let disk = format!("instances/{guest}/disk");
    stage.nothing_on_its_way(&disk).await;
    let events = stage.client.run(&format!("server event list {guest}"));
    assert_eq!(events[0]["Action"], "createImage", "{events}");

    let (copy, copy_ip) = stage.starts_from("golden", "copy").await;
    assert_eq!(inside(&copy_ip, "sha256sum <noise"), written);
    // One that is stopped, and has an image of an image under it.
    inside(&copy_ip, "echo second >second; sync");
    stage.client.tell(&format!("server stop {copy}"));
    stage.demo.settled(&copy, &["SHUTOFF"]).await;
    let image = stage.client.run("server image create --name of-stopped --wait copy");
    assert_eq!(image["status"], "active", "{image}");
    stage.demo.settled(&copy, &["SHUTOFF"]).await;
    let (third, third_ip) = stage.starts_from("of-stopped", "third").await;
    assert_eq!(inside(&third_ip, "cat second; sha256sum <noise"), format!("second\n{written}"));
    for server in [guest, copy, third] {
        stage.delete(&server).await;
    }
    stage.client.tell("image delete golden of-stopped");
    stage.empty().await;
}

#[tokio::test]
async fn an_image_of_a_volume_holds_what_the_volume_holds() {
    let stage = Stage::set().await;
    let volume = stage.volume("--size 1 --image cirros root").await;
    for format in ["raw", "qcow2"] {
        let made = stage.client.run(&format!("image create --volume root --disk-format {format} of-{format}"));
        assert_eq!((&made["status"], &made["disk_format"]), (&json!("uploading"), &json!(format)), "{made}");
        let image = made["image_id"].as_str().expect("an id").to_owned();
        stage.becomes_active(&image).await;
        stage.becomes(&volume, "available").await;
        stage.holds_the_bundled_image(&image, format);
    }
    let (guest, ip) = stage.starts_from("of-qcow2", "user").await;
    stage.attach(&guest, &volume).await;
    inside(
        &ip,
        "(while true; do sudo dd if=/dev/urandom of=/dev/vdb bs=1k seek=900000 count=1000; sync; done) >/dev/null 2>&1 &",
    );
    let refused = stage.client.refused("image create --volume root in-use");
    assert!(refused.contains("in-use"), "{refused}");
    let made = stage.client.run("image create --volume root --force --disk-format qcow2 in-use");
    stage.becomes_active(made["image_id"].as_str().expect("an id")).await;
    stage.becomes(&volume, "in-use").await;
    stage.nothing_on_its_way(&format!("volumes/{volume}.qcow2")).await;
    stage.delete(&guest).await;
    stage.client.tell("image delete of-raw of-qcow2 in-use");
    stage.empty().await;
}

#[tokio::test]
async fn whatever_dies_while_images_are_made_each_is_whole_or_gone() {
    let mut stage = Stage::set().await;
    let volume = stage.volume("--size 1 --image cirros root").await;
    let here = stage.host_of(&volume).await;
    let hosts = Hosts { volume: here.clone(), guest: here };
    let (guest, ip) = stage.guest("original").await;
    let server = format!("/compute/v2.1/servers/{guest}/action");
    let upload = json!({ "os-volume_upload_image": { "image_name": "of-volume", "disk_format": "qcow2" } });
    for (after, dies) in AFTER.into_iter().flat_map(|after| [(after, Dies::Arcus), (after, Dies::Libvirtd)]) {
        stage.demo.post(&server, json!({ "createImage": { "name": "of-instance" } })).await;
        stage.demo.post(&format!("/volume/v3/volumes/{volume}/action"), upload.clone()).await;
        tokio::time::sleep(Duration::from_millis(after)).await;
        dies.happen(&mut stage, &hosts).await;
        stage.becomes(&volume, "available").await;
        eventually("no task", || async {
            stage.demo.server(&guest).await["OS-EXT-STS:task_state"].is_null().then_some(())
        })
        .await;
        let listed = stage.demo.get("/image/v2/images").await;
        let images = listed["images"].as_array().expect("a list").iter();
        for image in images.filter(|image| image["name"].as_str().is_some_and(|name| name.starts_with("of-"))) {
            assert_eq!(image["status"], "active", "{dies:?} died after {after} ms: {image}");
            let path = format!("/image/v2/images/{}", image["id"].as_str().expect("an id"));
            assert_eq!(stage.demo.call(Method::DELETE, &path, None).await.0, StatusCode::NO_CONTENT);
        }
        stage.nothing_on_its_way(&format!("instances/{guest}/disk")).await;
        stage.nothing_on_its_way(&format!("volumes/{volume}.qcow2")).await;
        inside(&ip, "true");
    }
    stage.delete(&guest).await;
    stage.empty().await;
}
