//! The launch flow through the REST API, on pretended instances.

use std::collections::BTreeSet;

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::cloud::{Cloud, eventually};

#[tokio::test]
async fn a_launch_takes_all_29_steps_and_a_delete_leaves_nothing() {
    let cloud = Cloud::simulated(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let id = demo.launch("web", "1").await;
    let server = demo.settled(&id, &["ACTIVE"]).await;
    assert_eq!(cloud.steps(&id).await, (1..=29).collect::<Vec<i64>>());
    assert!(
        server["addresses"]["shared"][0]["addr"].as_str().is_some_and(|ip| ip.starts_with("172.24.4.")),
        "{server}"
    );
    assert_eq!(cloud.count("SELECT count(*) FROM allocations").await, 1);

    for (action, state) in [
        ("os-stop", "SHUTOFF"),
        ("os-start", "ACTIVE"),
        ("pause", "PAUSED"),
        ("unpause", "ACTIVE"),
        ("suspend", "SUSPENDED"),
        ("resume", "ACTIVE"),
    ] {
        demo.post(&format!("/compute/v2.1/servers/{id}/action"), json!({ action: null })).await;
        demo.settled(&id, &[state]).await;
    }
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}

#[tokio::test]
async fn fifty_launches_at_once_all_settle_with_different_addresses() {
    let cloud = Cloud::simulated(&[]).await;
    let admin = cloud.sign_in("admin").await;
    cloud.operator(&["project", "quota", "admin", "instances=50", "cores=50"]);
    let ids = futures::future::join_all((0..50).map(|n| {
        let admin = &admin;
        async move { admin.launch(&format!("web-{n}"), "1").await }
    }))
    .await;
    let mut addresses = BTreeSet::new();
    for id in &ids {
        let server = admin.settled(id, &["ACTIVE"]).await;
        addresses.insert(server["addresses"]["shared"][0]["addr"].to_string());
    }
    assert_eq!(addresses.len(), 50);
    for id in &ids {
        admin.delete_server(id).await;
    }
    cloud.holds_nothing().await;
}

#[tokio::test]
async fn an_instance_too_big_for_every_host_says_which_filter_refused_it_and_by_how_much() {
    let cloud = Cloud::simulated(&[("simulated_ram_mb", "1000")]).await;
    let demo = cloud.sign_in("demo").await;
    let id = demo.launch("whale", "3").await;
    let server = demo.settled(&id, &["ERROR"]).await;
    let message = server["fault"]["message"].as_str().expect("a fault");
    for part in ["RamFilter", "sim-1", "2048", "1000"] {
        assert!(message.contains(part), "{part} is missing in: {message}");
    }
    demo.delete_server(&id).await;
    cloud.holds_nothing().await;
}

#[tokio::test]
async fn of_two_launches_racing_for_the_last_room_one_wins_and_one_is_told_why() {
    let cloud = Cloud::simulated(&[("simulated_ram_mb", "3000")]).await;
    let demo = cloud.sign_in("demo").await;
    let (first, second) = tokio::join!(demo.launch("left", "3"), demo.launch("right", "3"));
    let mut states = Vec::new();
    for id in [&first, &second] {
        let server = demo.settled(id, &["ACTIVE", "ERROR"]).await;
        if server["status"] == "ERROR" {
            let message = server["fault"]["message"].as_str().expect("a fault");
            assert!(message.contains("2048") && message.contains("sim-1"), "{message}");
        }
        states.push(server["status"].as_str().unwrap_or_default().to_owned());
    }
    states.sort();
    assert_eq!(states, ["ACTIVE", "ERROR"]);
}

#[tokio::test]
async fn another_project_sees_and_touches_nothing() {
    let cloud = Cloud::simulated(&[]).await;
    let demo = cloud.sign_in("demo").await;
    let id = demo.launch("secret", "1").await;
    demo.settled(&id, &["ACTIVE"]).await;
    cloud.operator(&["project", "create", "others"]);
    let printed = cloud.operator(&["user", "create", "mallory", "--project", "others"]);
    let password = printed.lines().find_map(|line| line.strip_prefix("password ")).expect("a password");
    let mallory = cloud.sign_in_with("mallory", password, "others").await;

    let port = demo.get(&format!("/network/v2.0/ports?device_id={id}")).await["ports"][0]["id"]
        .as_str()
        .expect("a port")
        .to_owned();
    let group = demo.id_of("/network/v2.0/security-groups", "security_groups", "default").await;
    for (method, path, body) in [
        (Method::GET, format!("/compute/v2.1/servers/{id}"), None),
        (Method::DELETE, format!("/compute/v2.1/servers/{id}"), None),
        (Method::POST, format!("/compute/v2.1/servers/{id}/action"), Some(json!({ "os-stop": null }))),
        (Method::GET, format!("/compute/v2.1/servers/{id}/os-instance-actions"), None),
        (Method::GET, format!("/network/v2.0/ports/{port}"), None),
        (Method::DELETE, format!("/network/v2.0/ports/{port}"), None),
        (Method::GET, format!("/network/v2.0/security-groups/{group}"), None),
    ] {
        let (status, answer) = mallory.call(method.clone(), &path, body).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}: {answer}");
    }
    assert_eq!(mallory.get("/compute/v2.1/servers").await["servers"], json!([]));
    demo.settled(&id, &["ACTIVE"]).await;
}

#[tokio::test]
async fn killed_at_each_recorded_step_every_launch_ends_and_nothing_is_leaked() {
    let mut cloud = Cloud::simulated(&[]).await;
    for step in 3..=29 {
        let demo = cloud.sign_in("demo").await;
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
        let kept = cloud.state_dir().join("instances");
        eventually("no files of instances", || async {
            std::fs::read_dir(&kept).map_or(true, |mut left| left.next().is_none()).then_some(())
        })
        .await;
    }
}
