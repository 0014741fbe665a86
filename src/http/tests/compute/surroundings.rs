//! What servers need and stand on: flavors, limits, hosts, key pairs.

use super::*;

#[tokio::test]
async fn a_private_flavor_is_for_those_who_were_given_access() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let ann = Caller { ctx: front.cloud.person("ann", "blue", "member").await, ..root.at("2.1") };
    let flavor = json!({ "flavor": { "name": "own", "id": 1234, "ram": "512", "vcpus": 1, "disk": 10, "swap": 1024,
        "OS-FLV-EXT-DATA:ephemeral": 10, "rxtx_factor": 2, "os-flavor-access:is_public": "False" } });
    let made = root.post("flavors", flavor).await.json()["flavor"].clone();
    assert_eq!((&made["id"], &made["swap"], &made["rxtx_factor"]), (&json!("1234"), &json!(1024), &json!(2.0)));
    assert_eq!(made["OS-FLV-EXT-DATA:ephemeral"], 10);
    assert_eq!(ann.status("flavors/1234").await, 404);
    let project = ann.ctx.project_id.to_string();
    let access = json!({ "addTenantAccess": { "tenant": project } });
    let given = root.post("flavors/1234/action", access.clone()).await;
    assert_eq!(given.json(), json!({ "flavor_access": [{ "flavor_id": "1234", "tenant_id": project }] }));
    assert_eq!(root.post("flavors/1234/action", access).await.status, StatusCode::CONFLICT);
    assert_eq!(ann.get("flavors").await["flavors"][0]["id"], "1234");
    assert_eq!(ann.send(Method::GET, "flavors/1234/os-flavor-access", Value::Null).await.status, StatusCode::FORBIDDEN);
    let taken = root.post("flavors/1234/action", json!({ "removeTenantAccess": { "tenant": project } })).await;
    assert_eq!(taken.json(), json!({ "flavor_access": [] }));
    assert_eq!(ann.status("flavors/1234").await, 404);
}

#[tokio::test]
async fn flavors_have_specs_and_a_description() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let ann = Caller::new(&front, "ann", "member").await;
    for (id, ram) in [("1", 64), ("2", 128), ("3", 256)] {
        let flavor = json!({ "flavor": { "name": id, "id": id, "ram": ram, "vcpus": 1, "disk": 1 } });
        root.post("flavors", flavor).await;
    }
    let specs = json!({ "extra_specs": { "hw:cpu_policy": "shared", "color": "red" } });
    assert_eq!(root.post("flavors/1/os-extra_specs", specs.clone()).await.json(), specs);
    let one = root.put("flavors/1/os-extra_specs/color", json!({ "color": "blue" })).await;
    assert_eq!(one.json(), json!({ "color": "blue" }));
    assert_eq!(ann.get("flavors/1/os-extra_specs/color").await, json!({ "color": "blue" }));
    assert_eq!(root.delete("flavors/1/os-extra_specs/color").await, StatusCode::OK);
    assert_eq!(root.delete("flavors/1/os-extra_specs/color").await, StatusCode::NOT_FOUND);
    assert_eq!(ann.post("flavors/1/os-extra_specs", specs).await.status, StatusCode::FORBIDDEN);
    let described = root.at("2.61").put("flavors/1", json!({ "flavor": { "description": "words" } })).await.json();
    assert_eq!(described["flavor"]["description"], "words");
    assert_eq!(described["flavor"]["extra_specs"], json!({ "hw:cpu_policy": "shared" }));
    assert_eq!(ann.get("flavors/1").await["flavor"].get("description"), None);
    assert_eq!(root.put("flavors/1", json!({ "flavor": { "description": "x" } })).await.status, StatusCode::NOT_FOUND);

    let ids = async |query: &str| -> Vec<String> {
        let list = ann.get(&format!("flavors{query}")).await;
        list["flavors"].as_array().unwrap().iter().map(|flavor| flavor["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids("?minRam=65").await, ["2", "3"]);
    assert_eq!((ids("?minDisk=2").await.len(), ids("?limit=1").await.len()), (0, 1));
    assert_eq!(ids("?marker=1").await, ["2", "3"]);
    assert_eq!(ann.status("flavors?marker=nope").await, 400);
    let page = ann.get("flavors?limit=1").await;
    assert_eq!(page["flavors_links"][0]["href"], "http://cloud.example:8080/compute/v2.1/flavors?limit=1&marker=1");
}

#[tokio::test]
async fn limits_are_shown_set_and_reset() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let ann = Caller::new(&front, "ann", "member").await;
    let path = format!("os-quota-sets/{}", ann.ctx.project_id);
    let usual = ann.get(&format!("{path}/defaults")).await;
    assert_eq!(ann.get(&path).await, usual);
    assert_eq!((&usual["quota_set"]["cores"], &usual["quota_set"]["metadata_items"]), (&json!(20), &json!(128)));
    let set = root.put(&path, json!({ "quota_set": { "cores": 7 } })).await;
    assert_eq!((set.status, &set.json()["quota_set"]["cores"]), (StatusCode::OK, &json!(7)), "{}", set.body);
    assert_eq!(ann.put(&path, json!({ "quota_set": { "cores": 8 } })).await.status, StatusCode::FORBIDDEN);
    let odd = root.put(&path, json!({ "quota_set": { "cores": 8, "odd": 1 } })).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    assert_eq!(ann.get("limits").await["limits"]["absolute"]["maxTotalCores"], 7);
    assert_eq!(
        ann.get(&format!("{path}/detail")).await["quota_set"]["cores"],
        json!({ "limit": 7, "in_use": 0, "reserved": 0 })
    );
    assert_eq!(root.delete(&path).await, StatusCode::ACCEPTED);
    assert_eq!(ann.get(&path).await, usual);
    let counted = async |version| {
        let (set, limits) = (ann.at(version).get(&path).await, ann.at(version).get("limits").await);
        (keys(&set["quota_set"]).len(), keys(&limits["limits"]["absolute"]).len())
    };
    assert_eq!((counted("2.35").await, counted("2.36").await), ((15, 19), (11, 14)));
    assert_eq!((counted("2.39").await, counted("2.57").await), ((11, 13), (8, 11)));
}

#[tokio::test]
async fn hosts_are_shown_to_administrators_as_zones_services_and_hypervisors() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let ann = Caller::new(&front, "ann", "member").await;
    front.cloud.heartbeat("host-1").await;
    assert_eq!(
        ann.get("os-availability-zone").await,
        json!({ "availabilityZoneInfo": [{ "zoneName": "nova", "zoneState": { "available": true }, "hosts": null }] })
    );
    for path in ["os-availability-zone/detail", "os-services", "os-hypervisors", "os-hosts", "os-simple-tenant-usage"] {
        assert_eq!((ann.status(path).await, root.status(path).await), (403, 200), "{path}");
    }
    let detail = root.get("os-availability-zone/detail").await;
    assert_eq!(detail["availabilityZoneInfo"][0]["hosts"]["host-1"]["nova-compute"]["available"], true);
    let service = root.at("2.53").get("os-services").await["services"][0].clone();
    let (id, number) = (service["id"].as_str().unwrap(), root.get("os-services").await["services"][0]["id"].clone());
    assert_eq!((service["state"].as_str(), number), (Some("up"), json!(1)));
    let disable = json!({ "status": "disabled", "disabled_reason": "repair" });
    let disabled = root.at("2.53").put(&format!("os-services/{id}"), disable).await;
    assert_eq!(disabled.json()["service"]["disabled_reason"], "repair", "{}", disabled.body);
    assert_eq!(root.get("os-hypervisors").await["hypervisors"][0]["status"], "disabled");
    let enable = json!({ "host": "host-1", "binary": "nova-compute" });
    assert_eq!(root.put("os-services/enable", enable).await.json()["service"]["status"], "enabled");
    let hypervisor = root.get("os-hypervisors/1").await["hypervisor"].clone();
    assert_eq!((&hypervisor["memory_mb"], &hypervisor["free_disk_gb"]), (&json!(1024), &json!(10)));
    assert_eq!(root.at("2.88").get("os-hypervisors/detail").await["hypervisors"][0].get("vcpus"), None);
    assert_eq!(root.at("2.88").status("os-hypervisors/statistics").await, 404);
    let own = format!("os-simple-tenant-usage/{}", ann.ctx.project_id);
    assert_eq!(ann.get(&own).await, json!({ "tenant_usage": {} }));
}

#[tokio::test]
async fn key_pairs_are_numbered_and_an_administrator_s_business_too() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await.at("2.10");
    let ann = Caller::new(&front, "ann", "member").await.at("2.10");
    let made = ann.post("os-keypairs", json!({ "keypair": { "name": "mine" } })).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(ann.get("os-keypairs/mine").await["keypair"]["id"].is_i64());
    let hers = format!("?user_id={}", ann.ctx.user_id);
    assert_eq!(root.get(&format!("os-keypairs{hers}")).await["keypairs"][0]["keypair"]["name"], "mine");
    let his = format!("os-keypairs?user_id={}", root.ctx.user_id);
    assert_eq!(ann.status(&his).await, 403);
    let odd = ann.post("os-keypairs", json!({ "keypair": { "name": "odd", "foo": 1 } })).await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    let generated = ann.at("2.92").post("os-keypairs", json!({ "keypair": { "name": "new" } })).await;
    assert_eq!(generated.status, StatusCode::BAD_REQUEST, "clients make their pairs themselves by now");
    assert_eq!(root.delete(&format!("os-keypairs/mine{hers}")).await, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn the_older_name_leads_to_the_same_without_microversions() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    let versions = front.get("/compute/", &[]).await.json();
    assert_eq!((&versions["versions"][0]["id"], &versions["versions"][1]["version"]), (&json!("v2.0"), &json!("2.96")));
    for version in versions["versions"].as_array().unwrap() {
        let href = version["links"][0]["href"].as_str().unwrap();
        let shown = front.get(href.trim_start_matches("http://cloud.example:8080"), &[]).await.json();
        assert_eq!(shown["version"]["links"], version["links"]);
    }
    let headers = [("x-auth-token", ann.ctx.token.as_str()), ("openstack-api-version", "compute 2.96")];
    let list = front.get("/compute/v2/servers", &headers).await;
    assert_eq!((list.status, list.header("openstack-api-version")), (StatusCode::OK, ""));
    assert_eq!(ann.get("extensions/os-consoles").await["extension"]["alias"], "os-consoles");
    assert_eq!(ann.status("extensions/os-nonsense").await, 404);
}
