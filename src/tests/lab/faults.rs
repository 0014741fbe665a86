//! What goes wrong on a host, and what Arcus makes of it.

use reqwest::StatusCode;

use super::cloud::{Cloud, eventually};
use super::host;

#[tokio::test]
async fn killed_at_each_recorded_step_every_launch_ends_and_the_host_is_clean() {
    host::clear();
    let mut cloud = Cloud::start(&[]).await;
    let demo = cloud.sign_in("demo").await;
    for step in 3..=29 {
        let body = demo.launch_body(&format!("step-{step}"), "1").await;
        cloud.kill();
        cloud.run(&[("crash_at_step", &step.to_string())]).await;
        // The answer may or may not come before the end.
        let request = cloud
            .http
            .post(format!("{}/compute/v2.1/servers", cloud.url()))
            .header("X-Auth-Token", &demo.token)
            .json(&body);
        let _ = request.send().await;
        cloud.ended().await;

        cloud.run(&[]).await;
        let launched = demo.get("/compute/v2.1/servers").await;
        for server in launched["servers"].as_array().expect("a list") {
            let id = server["id"].as_str().expect("an id");
            let server = demo.settled(id, &["ACTIVE", "ERROR"]).await;
            if server["status"] == "ERROR" {
                assert!(
                    server["fault"]["message"].as_str().is_some_and(|message| !message.is_empty()),
                    "step {step}: {server}"
                );
            }
            demo.delete_server(id).await;
        }
        cloud.holds_nothing().await;
        host::comes_clean(&cloud.state_dir(), &format!("after a death at step {step}")).await;
    }
}

#[tokio::test]
async fn a_dead_libvirtd_is_said_plainly_and_recovered_from() {
    host::clear();
    let cloud = Cloud::start(&[("heartbeat_seconds", "1")]).await;
    let demo = cloud.sign_in("demo").await;
    host::tell("scripts/lab-libvirtd", &["stop"]);
    let id = demo.launch("stranded", "1").await;
    let server = demo.settled(&id, &["ERROR"]).await;
    host::tell("scripts/lab-libvirtd", &["start"]);
    let message = server["fault"]["message"].as_str().expect("a fault");
    assert!(message.contains("libvirt"), "{message}");
    demo.delete_server(&id).await;

    // The next launches tell when the host is back.
    let id = eventually("a launch that works again", || async {
        let id = demo.launch("rescued", "1").await;
        let server = demo.settled(&id, &["ACTIVE", "ERROR"]).await;
        if server["status"] == "ACTIVE" {
            return Some(id);
        }
        demo.delete_server(&id).await;
        None
    })
    .await;
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}

#[tokio::test]
async fn a_full_disk_is_said_plainly_and_recovered_from() {
    host::clear();
    let cloud = Cloud::start_on_small_disk(&[], "2g").await;
    let demo = cloud.sign_in("demo").await;
    let ballast = cloud.state_dir().join("ballast");
    fill(&ballast);

    let image = serde_json::json!({ "name": "large", "disk_format": "raw", "container_format": "bare" });
    let (status, answer) = demo.call(reqwest::Method::POST, "/image/v2/images", Some(image)).await;
    let told = if status.is_success() {
        let id = answer["id"].as_str().expect("an id");
        let upload =
            cloud.http.put(format!("{}/image/v2/images/{id}/file", cloud.url())).header("X-Auth-Token", &demo.token);
        let answer = upload
            .header("Content-Type", "application/octet-stream")
            .body(vec![7u8; 16 << 20])
            .send()
            .await
            .expect("an answer");
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        answer.text().await.expect("a body")
    } else {
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
        answer.to_string()
    };
    assert!(told.contains("full"), "{told}");

    std::fs::remove_file(&ballast).expect("room again");
    let id = demo.launch("small", "1").await;
    demo.settled(&id, &["ACTIVE"]).await;
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}

/// Writes until the disk is full.
fn fill(path: &std::path::Path) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).expect("a file");
    let block = vec![0u8; 1 << 20];
    while file.write_all(&block).is_ok() {}
    while file.write_all(&block[..4096]).is_ok() {}
}
