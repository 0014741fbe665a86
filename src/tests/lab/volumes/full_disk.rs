//! A disk that fills while an image is copied to a volume.

use std::path::Path;

use serde_json::json;

use super::stage::{Stage, inside};
use crate::cloud::{Cloud, eventually};
use crate::host;

const MIB: u64 = 1 << 20;
/// What the image has, and what is left for its copy.
const IMAGE: u64 = 100 * MIB;
const LEFT: u64 = 40 * MIB;

/// Bytes that can still be written to the file system of a path.
fn free(path: &Path) -> u64 {
    let told = host::tell("df", &["--output=avail", "-B1", &path.display().to_string()]);
    told.lines().nth(1).and_then(|line| line.trim().parse().ok()).expect("a number")
}

/// An image of noise, which no format makes smaller.
async fn noise(stage: &Stage) -> String {
    let image = json!({ "name": "noise", "disk_format": "raw", "container_format": "bare" });
    let id = stage.demo.post("/image/v2/images", image).await["id"].as_str().expect("an id").to_owned();
    let mut data = vec![0; IMAGE as usize];
    std::fs::File::open("/dev/urandom").and_then(|mut noise| std::io::Read::read_exact(&mut noise, &mut data)).unwrap();
    let file = format!("{}/image/v2/images/{id}/file", stage.cloud.url());
    let upload = stage.cloud.http.put(file).header("X-Auth-Token", &stage.demo.token);
    let answer = upload.header("Content-Type", "application/octet-stream").body(data).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap_or_default());
    id
}

#[tokio::test]
async fn a_disk_that_fills_while_an_image_is_copied_fails_that_volume_and_nothing_else() {
    host::clear();
    let stage = Stage::on(Cloud::start_on_small_disk(&[("disk_ratio", "8")], "2g").await).await;
    let (guest, ip) = stage.guest("bystander").await;
    let image = noise(&stage).await;
    // From here on the host has the image itself.
    let first = stage.volume(&format!("--size 1 --image {image} first")).await;
    let state = stage.cloud.state_dir();
    let ballast = state.join("ballast");
    let ballast = ballast.display().to_string();
    host::tell("fallocate", &["-l", &(free(&state) - LEFT).to_string(), &ballast]);

    let second = stage.client.run(&format!("volume create --size 1 --image {image} second"));
    let second = second["id"].as_str().expect("an id").to_owned();
    eventually("a failure", || async {
        let shown = stage.client.run(&format!("volume show {second}"));
        assert_ne!(shown["status"], "available", "{shown}");
        (shown["status"] == "error").then_some(())
    })
    .await;
    let messages = stage.demo.get(&format!("/volume/v3/messages?resource_uuid={second}")).await;
    let said = messages["messages"][0]["user_message"].as_str().expect("a message").to_owned();
    assert!(said.contains("full"), "{said}");
    assert_eq!(stage.pool(), [format!("{first}.qcow2")]);
    assert!(free(&state) > LEFT / 2, "{} bytes are free", free(&state));
    assert_eq!(inside(&ip, "echo well >here && sync && cat here").trim(), "well");
    stage.becomes(&first, "available").await;

    // The way out: delete what failed, make room, and ask again.
    stage.client.tell(&format!("volume delete {second}"));
    std::fs::remove_file(&ballast).expect("room again");
    stage.volume(&format!("--size 1 --image {image} third")).await;
    stage.delete(&guest).await;
    stage.empty().await;
}
