//! Images of instances that start from a volume.

use serde_json::json;

use crate::cloud::eventually;
use crate::volumes::stage::{Stage, fill, inside, read_back};

#[tokio::test]
async fn an_image_of_an_instance_on_volumes_starts_others_with_copies_of_them() {
    let stage = Stage::set().await;
    let (guest, ip) = stage.starts_from("cirros --boot-from-volume 1", "original").await;
    let data = stage.volume("--size 1 data").await;
    stage.attach(&guest, &data).await;
    let written = fill(&ip).await;
    inside(&ip, "echo first >first; sync");

    let image = stage.client.run("server image create --name golden --wait original");
    assert_eq!((&image["status"], &image["size"]), (&json!("active"), &json!(0)), "{image}");
    eventually("both snapshots", || async {
        let snapshots = stage.client.run("volume snapshot list");
        let snapshots = snapshots.as_array().expect("a list");
        assert_eq!(snapshots.len(), 2, "{snapshots:?}");
        snapshots.iter().all(|snapshot| snapshot["Status"] == "available").then_some(())
    })
    .await;
    inside(&ip, "echo second >first; sync");
    stage.delete(&guest).await;

    let (copy, copy_ip) = stage.starts_from("golden", "copy").await;
    assert_eq!(inside(&copy_ip, "cat first").trim(), "first");
    assert_eq!(read_back(&copy_ip).await, written);
    let refused = stage.client.refused("volume create --size 1 --image golden nothing");
    assert!(refused.contains("holds no disk"), "{refused}");
    stage.delete(&copy).await;
    stage.client.tell("image delete golden");
    let snapshots = stage.client.run("volume snapshot list");
    for snapshot in snapshots.as_array().expect("a list") {
        stage.client.tell(&format!("volume snapshot delete {}", snapshot["ID"].as_str().expect("an id")));
    }
    let gone = || async { (stage.client.run("volume snapshot list") == json!([])).then_some(()) };
    eventually("no snapshot left", gone).await;
    stage.empty().await;
}
