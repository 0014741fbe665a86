//! Server groups through the API.

use serde_json::json;

use super::{Caller, Front, Stage, keys, message};

#[tokio::test]
async fn a_server_group_makes_the_round_in_the_shape_of_each_microversion() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    let old = json!({ "server_group": { "name": "web", "policies": ["anti-affinity"] } });
    let made = ann.post("os-server-groups", old.clone()).await.json()["server_group"].clone();
    assert_eq!(keys(&made), ["id", "members", "metadata", "name", "policies"]);
    let new = ann.at("2.64");
    let rules = json!({ "policy": "anti-affinity", "rules": { "max_server_per_host": 3 } });
    let body = json!({ "server_group": { "name": "db", "policy": "anti-affinity", "rules": rules["rules"] } });
    let second = new.post("os-server-groups", body).await.json()["server_group"].clone();
    assert_eq!(keys(&second), ["id", "members", "name", "policy", "project_id", "rules", "user_id"]);
    assert_eq!(second["rules"], rules["rules"]);

    let listed = new.get("os-server-groups").await["server_groups"].clone();
    assert_eq!((listed[0]["name"].as_str(), listed[1]["name"].as_str()), (Some("web"), Some("db")));
    let page = new.get("os-server-groups?limit=1&offset=1").await["server_groups"].clone();
    assert_eq!((page.as_array().unwrap().len(), &page[0]["id"]), (1, &second["id"]));
    let path = format!("os-server-groups/{}", made["id"].as_str().unwrap());
    assert_eq!(new.get(&path).await["server_group"]["rules"], json!({}));
    assert_eq!((ann.delete(&path).await.as_u16(), ann.status(&path).await), (204, 404));
}

#[tokio::test]
async fn what_is_no_server_group_is_refused() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    for (version, group) in [
        ("2.1", json!({ "name": "x", "policies": [] })),
        ("2.1", json!({ "name": "x", "policies": ["affinity", "anti-affinity"] })),
        ("2.14", json!({ "name": "x", "policies": ["soft-affinity"] })),
        ("2.1", json!({ "name": "x", "policy": "affinity" })),
        ("2.64", json!({ "name": "x" })),
        ("2.64", json!({ "name": "x", "policy": "near" })),
        ("2.64", json!({ "name": "x", "policy": "affinity", "rules": { "max_server_per_host": 2 } })),
        ("2.64", json!({ "name": "x", "policy": "anti-affinity", "rules": { "max_server_per_host": 0 } })),
        ("2.64", json!({ "name": "x", "policy": "anti-affinity", "rules": { "other": 1 } })),
        ("2.64", json!({ "name": "", "policy": "affinity" })),
    ] {
        let refused = ann.at(version).post("os-server-groups", json!({ "server_group": group })).await;
        assert_eq!(refused.status.as_u16(), 400, "{group}: {}", refused.body);
        assert!(!message(&refused).is_empty());
    }
    assert_eq!(ann.at("2.15").get("os-server-groups").await["server_groups"], json!([]));
}

#[tokio::test]
async fn servers_join_by_a_hint_within_the_limits() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let project = &ann.ctx.project_id;
    let limits = json!({ "quota_set": { "server_groups": 1, "server_group_members": 1 } });
    let set = root.put(&format!("os-quota-sets/{project}"), limits).await;
    assert_eq!(set.status.as_u16(), 200, "{}", set.body);

    let wanted = json!({ "server_group": { "name": "web", "policies": ["affinity"] } });
    let made = ann.post("os-server-groups", wanted.clone()).await.json()["server_group"].clone();
    let refused = ann.post("os-server-groups", wanted).await;
    assert_eq!(refused.status.as_u16(), 403, "{}", refused.body);

    let into = |group: &str| {
        let mut body = stage.wanted(json!({}));
        body["os:scheduler_hints"] = json!({ "group": group });
        body
    };
    let id = made["id"].as_str().unwrap();
    let server = ann.post("servers", into(id)).await;
    assert_eq!(server.status.as_u16(), 202, "{}", server.body);
    let server = server.json()["server"]["id"].as_str().unwrap().to_owned();
    assert_eq!(ann.at("2.71").get(&format!("servers/{server}")).await["server"]["server_groups"], json!([id]));
    assert_eq!(ann.get(&format!("os-server-groups/{id}")).await["server_group"]["members"], json!([server]));

    assert_eq!(ann.post("servers", into(id)).await.status.as_u16(), 403);
    let unknown = ann.post("servers", into("9d4b8b0e-4a6b-4e9e-9d0f-2f6a0c1d7b11")).await;
    assert_eq!(unknown.status.as_u16(), 400, "{}", unknown.body);
    assert_eq!(ann.post("servers", into("web")).await.status.as_u16(), 400);
}
