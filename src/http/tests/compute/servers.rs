//! Servers: their own words, their lists, their shape in each microversion.

use super::*;

#[tokio::test]
async fn a_server_s_own_words_are_kept_and_changed() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let more = json!({ "accessIPv4": "1.1.1.1", "accessIPv6": "0000:0000:0000:0000:0000:babe:220.12.22.2",
        "OS-DCF:diskConfig": "AUTO", "metadata": { "hello": "world" }, "adminPass": "mine" });
    let made = ann.post("servers", stage.wanted(more)).await;
    assert_eq!((&made.json()["server"]["adminPass"], made.status), (&json!("mine"), StatusCode::ACCEPTED));
    let id = made.json()["server"]["id"].as_str().unwrap().to_owned();
    let path = format!("servers/{id}");

    let shown = ann.get(&path).await["server"].clone();
    assert_eq!((&shown["accessIPv4"], &shown["accessIPv6"]), (&json!("1.1.1.1"), &json!("::babe:dc0c:1602")));
    assert_eq!((&shown["OS-DCF:diskConfig"], &shown["progress"]), (&json!("AUTO"), &json!(0)));
    let change = json!({ "server": { "name": "new", "accessIPv4": "", "OS-DCF:diskConfig": "MANUAL" } });
    let changed = ann.put(&path, change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let changed = changed.json()["server"].clone();
    assert_eq!((&changed["name"], &changed["accessIPv4"]), (&json!("new"), &json!("")));
    assert_eq!(changed.get("OS-EXT-STS:vm_state"), None, "a change is answered with less before 2.75");
    let whole = ann.at("2.75").put(&path, json!({ "server": { "description": "words" } })).await.json();
    assert_eq!(
        (&whole["server"]["OS-EXT-STS:vm_state"], &whole["server"]["description"]),
        (&json!("building"), &json!("words"))
    );

    for (body, said) in [
        (json!({ "server": { "name": "" } }), "is too short"),
        (json!({ "server": { "name": "a".repeat(256) } }), "is too long"),
        (json!({ "server": { "description": "x" } }), "('description' was unexpected)"),
        (json!({ "server": { "accessIPv4": "1.1.1.1.1" } }), "not an IP address"),
    ] {
        let refused = ann.put(&path, body.clone()).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{body}");
        assert!(message(&refused).contains(said), "{}", refused.body);
    }
    let bob = Caller { ctx: front.cloud.person("bob", "blue", "member").await, ..ann.at("2.1") };
    assert_eq!(bob.put(&path, json!({ "server": { "name": "x" } })).await.status, StatusCode::NOT_FOUND);
    let reader = Caller::new(&front, "eve", "reader").await;
    assert_eq!(reader.put(&path, json!({ "server": { "name": "x" } })).await.status, StatusCode::FORBIDDEN);
    assert_eq!(reader.get(&path).await["server"]["name"], "new");
}

#[tokio::test]
async fn metadata_comes_whole_merged_and_item_by_item() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let path = format!("servers/{}/metadata", ann.server(&stage, json!({ "metadata": { "a": "1" } })).await);
    assert_eq!(ann.get(&path).await, json!({ "metadata": { "a": "1" } }));
    assert_eq!(ann.put(&path, json!({ "metadata": { "b": "2" } })).await.json(), json!({ "metadata": { "b": "2" } }));
    let merged = ann.post(&path, json!({ "metadata": { "c": "3" } })).await;
    assert_eq!(merged.json(), json!({ "metadata": { "b": "2", "c": "3" } }));
    let item = format!("{path}/d");
    assert_eq!(ann.put(&item, json!({ "meta": { "d": "4" } })).await.json(), json!({ "meta": { "d": "4" } }));
    assert_eq!(ann.get(&item).await, json!({ "meta": { "d": "4" } }));
    assert_eq!(ann.put(&item, json!({ "meta": { "e": "4" } })).await.status, StatusCode::BAD_REQUEST);
    assert_eq!((ann.delete(&item).await, ann.delete(&item).await), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
    assert_eq!(ann.put(&path, json!({ "meta1": "x" })).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(ann.put(&path, json!({ "metadata": { "": "x" } })).await.status, StatusCode::BAD_REQUEST);
    let many: serde_json::Map<_, _> = (0..129).map(|number| (format!("k{number}"), json!("v"))).collect();
    assert_eq!(ann.put(&path, json!({ "metadata": many })).await.status, StatusCode::FORBIDDEN, "a limit");
    let launch = ann.post("servers", stage.wanted(json!({ "metadata": many }))).await;
    assert_eq!(launch.status, StatusCode::FORBIDDEN, "{}", launch.body);
    assert_eq!(ann.get(&path).await, json!({ "metadata": { "b": "2", "c": "3" } }));
}

#[tokio::test]
async fn a_lock_keeps_its_owner_from_acting_until_it_is_lifted() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await.at("2.73");
    let path = format!("servers/{}", ann.server(&stage, json!({})).await);
    let action = format!("{path}/action");
    assert_eq!(ann.post(&action, json!({ "lock": { "locked_reason": "mine" } })).await.status, StatusCode::ACCEPTED);
    let shown = ann.get(&path).await["server"].clone();
    assert_eq!((&shown["locked"], &shown["locked_reason"]), (&json!(true), &json!("mine")));
    assert_eq!(ann.get("servers?locked=true").await["servers"].as_array().unwrap().len(), 1);
    let refused = ann.send(Method::DELETE, &path, Value::Null).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert_eq!(ann.put(&format!("{path}/metadata"), json!({ "metadata": {} })).await.status, StatusCode::CONFLICT);
    assert_eq!(ann.post(&action, json!({ "unlock": null })).await.status, StatusCode::ACCEPTED);
    assert_eq!(ann.get(&path).await["server"]["locked"], false);
    assert_eq!(ann.delete(&path).await, StatusCode::NO_CONTENT);
    assert_eq!(ann.post(&action, json!({ "lock": null })).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_cut() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let (mut ids, names) = (Vec::new(), ["web-1", "web-2", "db"]);
    for name in names {
        ids.push(ann.server(&stage, json!({ "name": name })).await);
        front.cloud.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let listed = async |query: &str| -> Vec<String> {
        let list = ann.get(&format!("servers{query}")).await;
        list["servers"].as_array().unwrap().iter().map(|server| server["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(listed("").await, ["db", "web-2", "web-1"]);
    assert_eq!(listed("?name=%5Eweb-.%2A%24").await, ["web-2", "web-1"]);
    assert_eq!(listed("?name=WEB-1").await, ["web-1"]);
    assert_eq!(listed("?sort_key=display_name&sort_dir=asc").await, ["db", "web-1", "web-2"]);
    assert_eq!(listed("?status=build&status=active").await.len(), 3);
    assert_eq!(listed("?status=nonsense").await.len(), 0);
    assert_eq!(ann.at("2.38").status("servers?status=nonsense").await, 400);
    assert_eq!(listed(&format!("?image={}", stage.image)).await.len(), 3);
    assert_eq!((listed("?image=other").await.len(), listed("?flavor=other").await.len()), (0, 0));
    assert_eq!(listed("?flavor=1").await.len(), 3);
    assert_eq!(listed("?limit=0").await.len(), 0);
    let first = ann.get("servers?limit=2").await;
    let next = first["servers_links"][0]["href"].as_str().unwrap();
    assert!(next.ends_with(&format!("/compute/v2.1/servers?limit=2&marker={}", ids[1])), "{next}");
    assert_eq!(listed(&format!("?limit=2&marker={}", ids[1])).await, ["web-1"]);
    assert_eq!(listed("?changes-since=2051-01-01T12:34:00Z").await.len(), 0);
    for bad in ["limit=-1", "limit=testing", "changes-since=2011/01/01", "name=(", "sort_key=nonsense"] {
        assert_eq!(ann.status(&format!("servers?{bad}")).await, 400, "{bad}");
    }
    assert_eq!(ann.status("servers?all_tenants=1").await, 403);
    assert_eq!((ann.status("servers?odd=1").await, ann.at("2.75").status("servers?odd=1").await), (200, 400));

    assert_eq!(ann.delete(&format!("servers/{}", ids[2])).await, StatusCode::NO_CONTENT);
    assert_eq!(listed("").await, ["web-2", "web-1"]);
    assert_eq!(listed("?changes-since=2029-01-01").await, ["db", "web-2", "web-1"], "what changed shows what went");
    assert_eq!(root.get("servers?deleted=True&all_tenants=True").await["servers"][0]["name"], "db");
}

#[tokio::test]
async fn several_servers_are_one_reservation() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let wanted = stage.wanted(json!({ "min_count": 1, "max_count": 2, "return_reservation_id": true }));
    let reserved = ann.post("servers", wanted).await.json();
    let id = reserved["reservation_id"].as_str().unwrap();
    let list = ann.get(&format!("servers?reservation_id={id}")).await;
    assert_eq!(list["servers"].as_array().unwrap().len(), 2);
    for odd in [
        json!({ "min_count": 2, "max_count": 1 }),
        json!({ "min_count": 0 }),
        json!({ "max_count": "x" }),
        json!({ "name": 12345 }),
        json!({ "imageRef": -1 }),
        json!({ "flavorRef": -1 }),
        json!({ "foo": 1 }),
        json!({ "security_groups": [{ "name": "nobody" }] }),
        json!({ "networks": [{ "uuid": "a-b-c" }] }),
    ] {
        let refused = ann.post("servers", stage.wanted(odd.clone())).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{odd} {}", refused.body);
    }
}

#[tokio::test]
async fn the_shape_of_a_server_grows_with_the_microversion() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let path = format!("servers/{}", ann.server(&stage, json!({ "name": "Web 1" })).await);
    let grown = [
        ("2.9", "locked"),
        ("2.19", "description"),
        ("2.26", "tags"),
        ("2.63", "trusted_image_certificates"),
        ("2.71", "server_groups"),
        ("2.73", "locked_reason"),
        ("2.90", "OS-EXT-SRV-ATTR:hostname"),
        ("2.96", "pinned_availability_zone"),
    ];
    let mut before = ann.get(&path).await["server"].clone();
    for (version, member) in grown {
        assert_eq!(before.get(member), None, "{member} before {version}");
        let after = ann.at(version).get(&path).await["server"].clone();
        assert_eq!(keys(&after).len(), keys(&before).len() + 1, "{version}");
        assert!(after.get(member).is_some(), "{member} at {version}");
        before = after;
    }
    assert_eq!(before["OS-EXT-SRV-ATTR:hostname"], "web-1");
    assert_eq!(
        before["flavor"],
        json!({ "original_name": "small", "vcpus": 1, "ram": 64, "disk": 1, "ephemeral": 0,
        "swap": 0, "extra_specs": {} })
    );
    assert_eq!(ann.get(&path).await["server"]["flavor"]["id"], "1");
    let admin = root.at("2.16").get(&path).await["server"].clone();
    assert_eq!((&admin["host_status"], &admin["OS-EXT-SRV-ATTR:root_device_name"]), (&json!(""), &json!("/dev/vda")));
    assert_eq!(ann.at("2.97").status(&path).await, 406);
}

#[tokio::test]
async fn tags_came_with_2_26() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await.at("2.52");
    let path = format!("servers/{}/tags", ann.server(&stage, json!({ "tags": ["blue"] })).await);
    assert_eq!(ann.get(&path).await, json!({ "tags": ["blue"] }));
    let item = format!("{path}/red");
    let added = ann.put(&item, Value::Null).await;
    assert_eq!(added.status, StatusCode::CREATED);
    assert!(added.header("location").ends_with(&item), "{}", added.header("location"));
    assert_eq!(ann.put(&item, Value::Null).await.status, StatusCode::NO_CONTENT);
    assert_eq!((ann.status(&item).await, ann.status(&format!("{path}/green")).await), (204, 404));
    let found = async |query: &str| ann.get(&format!("servers?{query}")).await["servers"].as_array().unwrap().len();
    assert_eq!((found("tags=red,blue").await, found("tags=red,green").await), (1, 0));
    assert_eq!((found("tags-any=red,green").await, found("not-tags=red").await), (1, 0));
    assert_eq!(ann.put(&path, json!({ "tags": ["a,b"] })).await.status, StatusCode::BAD_REQUEST);
    assert_eq!((ann.delete(&item).await, ann.delete(&item).await), (StatusCode::NO_CONTENT, StatusCode::NOT_FOUND));
    assert_eq!(ann.delete(&path).await, StatusCode::NO_CONTENT);
    assert_eq!(ann.get(&path).await, json!({ "tags": [] }));
    assert_eq!(ann.at("2.25").status(&path).await, 404);
}

#[tokio::test]
async fn what_was_asked_is_known_with_who_asked_also_when_the_server_is_gone() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let made = ann.post("servers", stage.wanted(json!({}))).await;
    assert_eq!(made.header("x-compute-request-id"), made.header("x-openstack-request-id"));
    let path = format!("servers/{}", made.json()["server"]["id"].as_str().unwrap());
    assert_eq!(root.delete(&path).await, StatusCode::NO_CONTENT);
    let actions = format!("{path}/os-instance-actions");
    assert_eq!(ann.status(&actions).await, 404);
    let list = ann.at("2.58").get(&actions).await;
    let list = list["instanceActions"].as_array().unwrap();
    let by: Vec<_> = list.iter().map(|action| (action["action"].as_str().unwrap(), &action["user_id"])).collect();
    assert_eq!(by, [("delete", &json!(root.ctx.user_id)), ("create", &json!(ann.ctx.user_id))]);
    assert!(list[0]["updated_at"].is_string());
    let one = format!("{actions}/{}", made.header("x-openstack-request-id"));
    assert_eq!(ann.at("2.21").get(&one).await["instanceAction"].get("events"), None);
    assert!(ann.at("2.62").get(&one).await["instanceAction"]["events"][0]["hostId"].is_string());
}

#[tokio::test]
async fn actions_that_there_are_not_are_refused() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let action = format!("servers/{}/action", ann.server(&stage, json!({})).await);
    let status = async |path: &str, body: Value| ann.post(path, body).await.status.as_u16();
    assert_eq!(status(&action, json!({ "resize": { "flavorRef": "1" } })).await, 400);
    assert_eq!(status(&action, json!({ "restore": null })).await, 409);
    assert_eq!(status(&action, json!({ "reboot": { "type": "odd" } })).await, 400);
    assert_eq!(status(&action, json!({ "removeSecurityGroup": { "name": "nobody" } })).await, 404);
    assert_eq!(status(&action, json!({ "os-getVNCConsole": { "type": "novnc" } })).await, 409, "it has no host yet");
    let nowhere = "servers/00000000-0000-0000-0000-000000000000/action";
    for body in [
        json!({ "restore": null }),
        json!({ "forceDelete": null }),
        json!({ "lock": null }),
        json!({ "os-getConsoleOutput": { "length": 10 } }),
        json!({ "rebuild": { "imageRef": stage.image } }),
        json!({ "reboot": { "type": "SOFT" } }),
    ] {
        assert_eq!(status(nowhere, body.clone()).await, 404, "{body}");
    }
}

#[tokio::test]
async fn an_image_of_a_server_is_refused_in_nova_s_words() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let stage = Stage::new(&front, &root).await;
    let ann = Caller::new(&front, "ann", "member").await;
    let path = format!("servers/{}/action", ann.server(&stage, json!({})).await);
    for wrong in [json!({}), json!({ "name": "" }), json!({ "name": "a", "metadata": { "a": 1 } })] {
        assert_eq!(ann.post(&path, json!({ "createImage": wrong })).await.status, StatusCode::BAD_REQUEST);
    }
    let refused = ann.post(&path, json!({ "createImage": { "name": "early" } })).await;
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.json()["conflictingRequest"]["message"].as_str().unwrap().contains("createImage"));
}
