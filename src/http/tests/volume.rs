//! The block storage API's shapes: what clients read of it.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::{Answer, Front};
use crate::bus::contract::{ConductorMessage, VolumeNews};
use crate::control::Ctx;
use crate::model::volume::VolumeStatus;

const HOST: &str = "host-1";

/// Somebody in front of the volume service.
struct Caller<'a> {
    front: &'a Front,
    ctx: Ctx,
    version: &'static str,
}

impl<'a> Caller<'a> {
    async fn new(front: &'a Front, name: &str, role: &str) -> Self {
        front.cloud.heartbeat(HOST).await;
        Self { front, ctx: front.cloud.person(name, "red", role).await, version: "volume 3.70" }
    }

    async fn send(&self, method: Method, path: &str, body: Value) -> Answer {
        let headers = [("x-auth-token", self.ctx.token.as_str()), ("openstack-api-version", self.version)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.front.send(method, &format!("/volume/v3/{}/{path}", self.ctx.project_id), &headers, body).await
    }

    async fn get(&self, path: &str) -> Value {
        let answer = self.send(Method::GET, path, Value::Null).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        answer.json()
    }

    async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, body).await
    }

    /// A volume that its host has made.
    async fn volume(&self, name: &str, more: Value) -> String {
        let mut volume = json!({ "name": name, "size": 1 });
        volume.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.post("volumes", json!({ "volume": volume })).await;
        assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.body);
        let id = made.json()["volume"]["id"].as_str().unwrap().to_owned();
        let told = ConductorMessage::VolumeNews {
            host: HOST.into(),
            volume_id: id.as_str().into(),
            request_id: "req-agent".into(),
            news: VolumeNews::Done { status: VolumeStatus::Creating },
        };
        self.front.cloud.tell(told).await.unwrap();
        self.front.cloud.clock.advance(chrono::TimeDelta::seconds(1));
        id
    }
}

fn names(list: &Value, of: &str) -> Vec<String> {
    let rows = list[of].as_array().unwrap();
    rows.iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_versions_are_cinder_s() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    let all = front.get("/volume", &[]).await;
    assert_eq!(all.status, StatusCode::MULTIPLE_CHOICES);
    let version = &all.json()["versions"][0];
    assert_eq!((&version["version"], &version["min_version"]), (&json!("3.70"), &json!("3.0")));
    assert_eq!(front.get("/volume/v3/", &[]).await.status, StatusCode::UNAUTHORIZED);
    let token = [("x-auth-token", ann.ctx.token.as_str())];
    let one = front.get("/volume/v3/", &token).await;
    assert_eq!((one.status, one.header("openstack-api-version")), (StatusCode::OK, "volume 3.0"));
    let list = ann.send(Method::GET, "volumes", Value::Null).await;
    assert_eq!((list.header("openstack-api-version"), list.header("vary")), ("volume 3.70", "OpenStack-API-Version"));
    let short = front.get("/volume/v3/volumes", &token).await;
    assert_eq!((short.status, short.json()), (StatusCode::OK, json!({ "volumes": [] })));
    let ann = Caller { version: "volume 3.71", ..ann };
    assert_eq!(ann.send(Method::GET, "volumes", Value::Null).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_volume_makes_the_round_as_the_client_writes_it() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let wanted = json!({ "volume": { "availability_zone": null, "snapshot_id": null, "volume_type": null,
        "metadata": null, "backup_id": null, "imageRef": null, "size": 1, "name": "vol1", "source_volid": null,
        "consistencygroup_id": null, "description": null } });
    let made = root.post("volumes", wanted).await;
    assert_eq!(made.status, StatusCode::ACCEPTED, "{}", made.body);
    let made = made.json()["volume"].clone();
    let project = &root.ctx.project_id;
    let id = made["id"].as_str().unwrap();
    let expected = json!({
        "id": id, "status": "creating", "size": 1, "availability_zone": "nova", "created_at": made["created_at"],
        "updated_at": null, "name": "vol1", "description": null, "volume_type": "__DEFAULT__", "snapshot_id": null,
        "source_volid": null, "metadata": {}, "links": [
            { "rel": "self", "href": format!("http://cloud.example:8080/volume/v3/{project}/volumes/{id}") },
            { "rel": "bookmark", "href": format!("http://cloud.example:8080/volume/{project}/volumes/{id}") },
        ],
        "user_id": root.ctx.user_id, "bootable": "false", "encrypted": false, "replication_status": null,
        "consistencygroup_id": null, "multiattach": false, "attachments": [], "migration_status": null,
        "group_id": null, "provider_id": null, "shared_targets": false, "service_uuid": null, "cluster_name": null,
        "volume_type_id": made["volume_type_id"], "consumes_quota": true,
    });
    assert_eq!(made, expected);
    let shown = root.get(&format!("volumes/{id}")).await["volume"].clone();
    assert_eq!(shown["os-vol-tenant-attr:tenant_id"], json!(project));
    assert_eq!(shown["os-vol-host-attr:host"], "host-1@arcus#arcus");
    let old = Caller { version: "volume 3.0", ctx: root.ctx.clone(), front: &front };
    assert_eq!(old.get(&format!("volumes/{id}")).await["volume"].get("group_id"), None);

    let missing = root.send(Method::GET, "volumes/vol1", Value::Null).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(missing.json()["itemNotFound"]["message"], "Volume vol1 could not be found.");
    let negative = root.post("volumes", json!({ "volume": { "size": -1 } })).await;
    let words = "Invalid input for field/attribute size. Value: -1. -1 is less than the minimum of 1";
    assert_eq!((negative.status, &negative.json()["badRequest"]["message"]), (StatusCode::BAD_REQUEST, &json!(words)));
    let large = root.post("volumes", json!({ "volume": { "size": 2000 } })).await;
    assert_eq!((large.status, large.json()["overLimit"]["code"].as_i64()), (StatusCode::PAYLOAD_TOO_LARGE, Some(413)));
    for (field, status) in [("snapshot_id", 404), ("source_volid", 404), ("volume_type", 404), ("imageRef", 400)] {
        let odd = root.post("volumes", json!({ "volume": { "size": 1, field: "nope" } })).await;
        assert_eq!(odd.status.as_u16(), status, "{field}: {}", odd.body);
    }
    for size in [json!(""), json!("#$%"), json!(0), json!("0")] {
        let odd = root.post("volumes", json!({ "volume": { "size": size } })).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST, "{size}");
    }
}

#[tokio::test]
async fn lists_are_filtered_sorted_and_paged() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    for name in ["a", "b", "c"] {
        ann.volume(name, json!({ "metadata": { "kind": name } })).await;
    }
    assert_eq!(names(&ann.get("volumes").await, "volumes"), ["c", "b", "a"]);
    assert_eq!(names(&ann.get("volumes?name=b&status=available").await, "volumes"), ["b"]);
    assert_eq!(names(&ann.get("volumes?status=null").await, "volumes"), Vec::<String>::new());
    assert_eq!(names(&ann.get("volumes?metadata=%7B%27kind%27%3A+%27a%27%7D").await, "volumes"), ["a"]);
    assert_eq!(
        names(&ann.get("volumes/detail?availability_zone=nova&sort=name:asc").await, "volumes"),
        ["a", "b", "c"]
    );
    let page = ann.get("volumes/detail?limit=2&with_count=True").await;
    assert_eq!((names(&page, "volumes"), &page["count"]), (vec!["c".to_owned(), "b".to_owned()], &json!(3)));
    let next = page["volumes_links"][0]["href"].as_str().unwrap();
    let path = next.split_once(&format!("{}/", ann.ctx.project_id)).unwrap().1;
    let rest = ann.get(path).await;
    assert_eq!((names(&rest, "volumes"), rest.get("volumes_links")), (vec!["a".to_owned()], None));
    for (odd, status) in [("limit=-1", 400), ("sort=colour", 400), ("marker=nope", 404)] {
        assert_eq!(ann.send(Method::GET, &format!("volumes?{odd}"), Value::Null).await.status.as_u16(), status);
    }
    let summary = ann.get("volumes/summary").await;
    assert_eq!(summary["volume-summary"]["total_size"], 3);
}

#[tokio::test]
async fn actions_say_why_they_cannot_be_had() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    let id = ann.volume("data", json!({})).await;
    let act = async |body: Value| ann.post(&format!("volumes/{id}/action"), body).await;
    assert_eq!(act(json!({ "os-set_bootable": { "bootable": true } })).await.status, StatusCode::OK);
    assert_eq!(ann.get(&format!("volumes/{id}")).await["volume"]["bootable"], "true");
    for action in ["os-retype", "os-attach", "os-nonsense"] {
        let refused = act(json!({ action: {} })).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{action}");
        assert!(refused.json()["badRequest"]["message"].as_str().unwrap().len() > 20, "{}", refused.body);
    }
    assert_eq!(act(json!({ "os-reset_status": { "status": "error" } })).await.status, StatusCode::FORBIDDEN);
    let only_attached = act(json!({ "os-reset_status": { "attach_status": "detached" } })).await;
    assert!(only_attached.json()["badRequest"]["message"].as_str().unwrap().contains("detach the volume"));
    let metadata = json!({ "metadata": { "a": "1", "b": "2" } });
    assert_eq!(ann.post(&format!("volumes/{id}/metadata"), metadata.clone()).await.json(), metadata);
    let one = ann.get(&format!("volumes/{id}/metadata/a")).await;
    assert_eq!(one, json!({ "meta": { "a": "1" } }));
    let gone = ann.send(Method::DELETE, &format!("volumes/{id}/metadata/a"), Value::Null).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert_eq!(ann.get(&format!("volumes/{id}/metadata")).await, json!({ "metadata": { "b": "2" } }));
}

#[tokio::test]
async fn limits_quotas_and_pools_tell_the_truth() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    root.volume("data", json!({})).await;
    let limits = root.get("limits").await["limits"]["absolute"].clone();
    assert_eq!((&limits["totalVolumesUsed"], &limits["maxTotalVolumes"]), (&json!(1), &json!(10)));
    let project = &root.ctx.project_id;
    let sets = format!("os-quota-sets/{project}");
    assert_eq!(root.get(&format!("{sets}?usage=False")).await["quota_set"]["gigabytes"], 1000);
    let usage = root.get(&format!("{sets}?usage=True")).await;
    assert_eq!(usage["quota_set"]["gigabytes"]["in_use"], 1);
    let set = root.send(Method::PUT, &sets, json!({ "quota_set": { "volumes": 3, "force": true } })).await;
    assert_eq!((set.status, &set.json()["quota_set"]["volumes"]), (StatusCode::OK, &json!(3)));
    assert_eq!(root.send(Method::DELETE, &sets, Value::Null).await.status, StatusCode::OK);
    assert_eq!(root.get(&sets).await["quota_set"]["volumes"], 10);
    let pools = root.get("scheduler-stats/get_pools?detail=True").await;
    let capabilities = &pools["pools"][0]["capabilities"];
    assert_eq!((&capabilities["total_capacity_gb"], &capabilities["free_capacity_gb"]), (&json!(10), &json!(9)));
    assert_eq!(root.get("os-services").await["services"][0]["binary"], "cinder-volume");
    let zones = json!({ "availabilityZoneInfo": [{ "zoneName": "nova", "zoneState": { "available": true } }] });
    assert_eq!(root.get("os-availability-zone").await, zones);
}

#[tokio::test]
async fn a_private_type_is_for_those_who_were_given_access() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let body = json!({ "volume_type": { "name": "own", "os-volume-type-access:is_public": false } });
    let id = root.post("types", body).await.json()["volume_type"]["id"].as_str().unwrap().to_owned();
    let (access, action) = (format!("types/{id}/os-volume-type-access"), format!("types/{id}/action"));
    assert_eq!(root.get(&access).await, json!({ "volume_type_access": [] }));
    let project = root.ctx.project_id.to_string();
    let add = json!({ "addProjectAccess": { "project": project } });
    assert_eq!(root.post(&action, add.clone()).await.status, StatusCode::ACCEPTED);
    assert_eq!(root.post(&action, add).await.status, StatusCode::CONFLICT);
    let listed = json!({ "volume_type_access": [{ "volume_type_id": id, "project_id": project }] });
    assert_eq!(root.get(&access).await, listed);
    assert_eq!(root.get("types/own/os-volume-type-access").await, listed, "by its name as well");
    let remove = json!({ "removeProjectAccess": { "project": project } });
    assert_eq!(root.post("types/own/action", remove.clone()).await.status, StatusCode::ACCEPTED);
    assert_eq!(root.post(&action, remove).await.status, StatusCode::NOT_FOUND);
    assert_eq!(root.post(&action, json!({ "nonsense": {} })).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_type_has_limits_of_its_own() {
    let front = Front::new().await;
    let root = Caller::new(&front, "root", "admin").await;
    let kind = root.post("types", json!({ "volume_type": { "name": "fast" } })).await;
    assert_eq!(kind.status, StatusCode::OK);
    root.volume("data", json!({ "volume_type": "fast" })).await;
    let sets = format!("os-quota-sets/{}", root.ctx.project_id);
    let set = async |body: Value| root.send(Method::PUT, &sets, json!({ "quota_set": body })).await;
    let limits = set(json!({ "gigabytes_fast": "2", "volumes_fast": 5, "per_volume_gigabytes": 3 })).await.json();
    assert_eq!(
        (&limits["quota_set"]["gigabytes_fast"], &limits["quota_set"]["snapshots_fast"]),
        (&json!(2), &json!(-1))
    );
    let used = root.get(&format!("{sets}?usage=True")).await["quota_set"].clone();
    assert_eq!((&used["gigabytes_fast"]["in_use"], &used["gigabytes___DEFAULT__"]["in_use"]), (&json!(1), &json!(0)));

    let make = async |size: i64, kind: &str| {
        root.post("volumes", json!({ "volume": { "size": size, "volume_type": kind } })).await
    };
    let refused = make(2, "fast").await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(refused.json()["overLimit"]["message"].as_str().unwrap().contains("gigabytes_fast"));
    assert_eq!(make(4, "").await.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(make(2, "").await.status, StatusCode::ACCEPTED);

    for nonsense in [json!({ "gigabytes_slow": 1 }), json!({ "gigabytes_fast": -2 }), json!({ "volumes_fast": "few" })]
    {
        assert_eq!(set(nonsense).await.status, StatusCode::BAD_REQUEST);
    }
    assert_eq!(root.get(&format!("{sets}/defaults")).await["quota_set"]["gigabytes_fast"], -1);
    assert_eq!(root.send(Method::DELETE, &sets, Value::Null).await.status, StatusCode::OK);
    assert_eq!(root.get(&sets).await["quota_set"]["gigabytes_fast"], -1);
}

#[tokio::test]
async fn an_image_is_made_of_a_volume_in_cinder_s_words() {
    let front = Front::new().await;
    let ann = Caller::new(&front, "ann", "member").await;
    let id = ann.volume("data", json!({})).await;
    let upload =
        async |body: Value| ann.post(&format!("volumes/{id}/action"), json!({ "os-volume_upload_image": body })).await;
    for wrong in [json!({}), json!({ "image_name": "" }), json!({ "image_name": "a", "disk_format": "vmdk" })] {
        assert_eq!(upload(wrong).await.status, StatusCode::BAD_REQUEST);
    }
    let wanted = json!({
        "image_name": "golden", "force": "True", "disk_format": "qcow2", "container_format": "bare",
        "visibility": "private", "protected": true,
    });
    let taken = upload(wanted.clone()).await;
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.body);
    let said = taken.json()["os-volume_upload_image"].clone();
    assert_eq!((&said["status"], &said["id"], &said["size"]), (&json!("uploading"), &json!(id), &json!(1)));
    assert_eq!((&said["volume_type"]["name"], &said["protected"]), (&json!("__DEFAULT__"), &json!(true)));
    assert_eq!(upload(wanted).await.status, StatusCode::BAD_REQUEST, "one at a time");
    let image = format!("/image/v2/images/{}", said["image_id"].as_str().unwrap());
    let image = front.get(&image, &[("x-auth-token", ann.ctx.token.as_str())]).await.json();
    assert_eq!((&image["status"], &image["min_disk"]), (&json!("queued"), &json!(1)));
}
