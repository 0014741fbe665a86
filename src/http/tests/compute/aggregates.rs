//! Host aggregates through the API.

use super::*;

#[tokio::test]
async fn an_aggregate_makes_the_round_and_its_hosts_are_in_its_zone() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    front.cloud.heartbeat("host-1").await;
    let made =
        root.post("os-aggregates", json!({ "aggregate": { "name": "rack", "availability_zone": "east" } })).await;
    assert_eq!(made.status, StatusCode::OK, "{}", made.body);
    let made = made.json()["aggregate"].clone();
    let shown = ["availability_zone", "created_at", "deleted", "deleted_at", "id", "name", "updated_at"];
    assert_eq!((keys(&made), &made["id"]), (shown.to_vec(), &json!(1)));
    let again = root.post("os-aggregates", json!({ "aggregate": { "name": "rack" } })).await;
    assert_eq!(again.status, StatusCode::CONFLICT);

    let act = async |body: Value| root.post("os-aggregates/1/action", body).await;
    let added = act(json!({ "add_host": { "host": "host-1" } })).await.json();
    assert_eq!(added["aggregate"]["hosts"], json!(["host-1"]));
    assert_eq!(act(json!({ "add_host": { "host": "host-1" } })).await.status, StatusCode::CONFLICT);
    assert_eq!(act(json!({ "add_host": { "host": "nobody" } })).await.status, StatusCode::NOT_FOUND);
    let zones = async || {
        let zones = root.get("os-availability-zone").await["availabilityZoneInfo"].clone();
        zones.as_array().unwrap().iter().map(|zone| zone["zoneName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(zones().await, ["east"]);
    let metadata = json!({ "ssd": "true", "availability_zone": "west" });
    let set = act(json!({ "set_metadata": { "metadata": metadata } })).await.json();
    assert_eq!((&set["aggregate"]["metadata"], &set["aggregate"]["availability_zone"]), (&metadata, &json!("west")));
    assert_eq!(zones().await, ["west"]);
    let set = act(json!({ "set_metadata": { "metadata": { "ssd": null, "availability_zone": null } } })).await.json();
    assert_eq!((&set["aggregate"]["metadata"], zones().await), (&json!({}), vec!["nova".to_owned()]));

    assert_eq!(root.delete("os-aggregates/1").await, StatusCode::BAD_REQUEST, "a host is in it");
    let removed = act(json!({ "remove_host": { "host": "host-1" } })).await.json();
    assert_eq!(removed["aggregate"]["hosts"], json!([]));
    assert_eq!(act(json!({ "remove_host": { "host": "host-1" } })).await.status, StatusCode::NOT_FOUND);
    assert!(root.at("2.41").get("os-aggregates/1").await["aggregate"]["uuid"].is_string());
    let renamed = root.put("os-aggregates/1", json!({ "aggregate": { "name": "shelf" } })).await.json();
    assert_eq!(renamed["aggregate"]["name"], "shelf");
    assert_eq!(root.delete("os-aggregates/1").await, StatusCode::OK);
    assert_eq!(root.get("os-aggregates").await, json!({ "aggregates": [] }));
}

#[tokio::test]
async fn a_host_is_in_one_zone_and_stays_there_while_it_has_instances() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    front.cloud.heartbeat("host-1").await;
    for (name, zone) in [("east", json!("east")), ("west", json!("west")), ("any", Value::Null)] {
        let aggregate = json!({ "aggregate": { "name": name, "availability_zone": zone } });
        assert_eq!(root.post("os-aggregates", aggregate).await.status, StatusCode::OK);
    }
    let act = async |id: u8, body: Value| root.post(&format!("os-aggregates/{id}/action"), body).await;
    let host = json!({ "host": "host-1" });
    assert_eq!(act(1, json!({ "add_host": host })).await.status, StatusCode::OK);
    assert_eq!(act(2, json!({ "add_host": host })).await.status, StatusCode::CONFLICT, "it is in another zone");
    assert_eq!(act(3, json!({ "add_host": host })).await.status, StatusCode::OK);

    let stage = Stage::new(&front, &root).await;
    let id = root.server(&stage, json!({ "availability_zone": "east" })).await;
    front.cloud.start(&id.as_str().into(), "host-1").await;
    let refused = act(1, json!({ "remove_host": host })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    let moved = root.put("os-aggregates/1", json!({ "aggregate": { "availability_zone": "north" } })).await;
    assert_eq!(moved.status, StatusCode::CONFLICT, "{}", moved.body);
    assert_eq!(root.get("os-aggregates/1").await["aggregate"]["availability_zone"], "east", "nothing is half done");
    assert_eq!(act(3, json!({ "remove_host": host })).await.status, StatusCode::OK, "that one makes no zone");
}

#[tokio::test]
async fn what_is_no_aggregate_is_refused() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    for body in [
        json!({ "aggregate": {} }),
        json!({ "aggregate": { "name": "" } }),
        json!({ "aggregate": { "name": "x", "availability_zone": "a:b" } }),
        json!({ "aggregate": { "name": "x", "odd": 1 } }),
    ] {
        assert_eq!(root.post("os-aggregates", body.clone()).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!(root.post("os-aggregates", json!({ "aggregate": { "name": "x" } })).await.status, StatusCode::OK);
    assert_eq!(root.put("os-aggregates/1", json!({ "aggregate": {} })).await.status, StatusCode::BAD_REQUEST);
    for body in [json!({}), json!({ "dance": {} }), json!({ "set_metadata": { "metadata": { "a": 1 } } })] {
        assert_eq!(root.post("os-aggregates/1/action", body.clone()).await.status, StatusCode::BAD_REQUEST, "{body}");
    }
    assert_eq!((root.status("os-aggregates/2").await, root.status("os-aggregates/x").await), (404, 404));
}
