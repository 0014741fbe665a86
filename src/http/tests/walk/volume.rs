//! The volume service's lines of the table.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::entry::For::{Administrators, Anybody, Everybody, Makers, Project};
use super::entry::{DELETE, Entry, For, GET, POST, PUT, entry};
use super::red::Red;

pub fn entries(red: &Red) -> Vec<Entry> {
    let short = [volumes(red), snapshots(red), types(red), transfers(red), surroundings(red)].concat();
    let long = short.iter().map(|entry| with_project(entry, red));
    let versions = [
        entry(Everybody, GET, "/volume"),
        entry(Everybody, GET, "/volume/"),
        entry(Anybody, GET, "/volume/v3"),
        entry(Anybody, GET, "/volume/v3/"),
    ];
    versions.into_iter().chain(long).chain(short.iter().cloned()).collect()
}

/// The same with the project in its path. As Cinder has it, one that names another project than the token is malformed.
fn with_project(entry: &Entry, red: &Red) -> Entry {
    let below = |path: &str, project: &str| path.replacen("/volume/v3/", &format!("/volume/v3/{project}/"), 1);
    let allowed = if entry.allowed == Anybody { Project } else { entry.allowed };
    Entry {
        route: below(&entry.route, "{project}"),
        address: below(&entry.address, &red.project),
        allowed,
        strangers: Some(StatusCode::BAD_REQUEST),
        ..entry.clone()
    }
}

fn volumes(red: &Red) -> Vec<Entry> {
    let line = |method, path: &str, at: &[&str]| {
        entry(Project, method, &format!("/volume/v3/volumes/{{id}}{path}")).at(&[&[red.volume.as_str()], at].concat())
    };
    let action = |allowed: For, body: Value| {
        entry(allowed, POST, "/volume/v3/volumes/{id}/action").at(&[&red.volume]).json(body)
    };
    let new = json!({ "volume": { "name": "scarlet-new", "size": 1 } });
    let metadata = json!({ "metadata": { "scarlet": "2" } });
    vec![
        entry(Anybody, GET, "/volume/v3/volumes"),
        entry(Makers, POST, "/volume/v3/volumes").json(new),
        entry(Anybody, GET, "/volume/v3/volumes/detail"),
        entry(Anybody, GET, "/volume/v3/volumes/summary"),
        line(GET, "", &[]),
        line(PUT, "", &[]).json(json!({ "volume": { "name": "scarlet-renamed" } })),
        line(DELETE, "", &[]),
        line(GET, "/metadata", &[]),
        line(POST, "/metadata", &[]).json(metadata.clone()),
        line(PUT, "/metadata", &[]).json(metadata),
        line(GET, "/metadata/{key}", &["scarlet"]),
        line(PUT, "/metadata/{key}", &["scarlet"]).json(json!({ "meta": { "scarlet": "2" } })),
        line(DELETE, "/metadata/{key}", &["scarlet"]),
        action(Project, json!({ "os-extend": { "new_size": 2 } })),
        action(Project, json!({ "os-set_bootable": { "bootable": true } })),
        action(Project, json!({ "os-update_readonly_flag": { "readonly": true } })),
        action(Project, json!({ "os-reserve": {} })),
        action(Project, json!({ "os-set_image_metadata": { "metadata": { "scarlet": "1" } } })),
        action(Project, json!({ "os-volume_upload_image": { "image_name": "scarlet-image" } })),
        action(Administrators, json!({ "os-reset_status": { "status": "error" } })),
        action(Administrators, json!({ "os-force_delete": {} })),
    ]
}

fn snapshots(red: &Red) -> Vec<Entry> {
    let line = |method, path: &str, at: &[&str]| {
        let route = format!("/volume/v3/snapshots/{{id}}{path}");
        entry(Project, method, &route).at(&[&[red.snapshot.as_str()], at].concat())
    };
    let new = json!({ "snapshot": { "name": "scarlet-new", "volume_id": red.volume } });
    let metadata = json!({ "metadata": { "scarlet": "2" } });
    let action = entry(Administrators, POST, "/volume/v3/snapshots/{id}/action").at(&[&red.snapshot]);
    vec![
        entry(Anybody, GET, "/volume/v3/snapshots"),
        entry(Makers, POST, "/volume/v3/snapshots").json(new),
        entry(Anybody, GET, "/volume/v3/snapshots/detail"),
        line(GET, "", &[]),
        line(PUT, "", &[]).json(json!({ "snapshot": { "name": "scarlet-renamed" } })),
        line(DELETE, "", &[]),
        line(GET, "/metadata", &[]),
        line(POST, "/metadata", &[]).json(metadata.clone()),
        line(PUT, "/metadata", &[]).json(metadata),
        line(GET, "/metadata/{key}", &["scarlet"]),
        line(PUT, "/metadata/{key}", &["scarlet"]).json(json!({ "meta": { "scarlet": "2" } })),
        line(DELETE, "/metadata/{key}", &["scarlet"]),
        action.clone().json(json!({ "os-reset_status": { "status": "error" } })),
        action.json(json!({ "os-force_delete": {} })),
    ]
}

fn types(red: &Red) -> Vec<Entry> {
    let usual = |path: &str| entry(Anybody, GET, &format!("/volume/v3/types/{{id}}{path}")).at(&["__DEFAULT__"]);
    let line = |method, path: &str, at: &[&str]| {
        let route = format!("/volume/v3/types/{{id}}{path}");
        entry(Administrators, method, &route).at(&[&[red.volume_type.as_str()], at].concat())
    };
    vec![
        entry(Anybody, GET, "/volume/v3/types"),
        entry(Administrators, POST, "/volume/v3/types").json(json!({ "volume_type": { "name": "new-type" } })),
        entry(Anybody, GET, "/volume/v3/types/default"),
        usual(""),
        usual("/extra_specs"),
        usual("/encryption"),
        line(PUT, "", &[]).json(json!({ "volume_type": { "name": "renamed" } })),
        line(DELETE, "", &[]),
        line(POST, "/extra_specs", &[]).json(json!({ "extra_specs": { "fast": "2" } })),
        line(GET, "/extra_specs/{key}", &["fast"]),
        line(PUT, "/extra_specs/{key}", &["fast"]).json(json!({ "fast": "2" })),
        line(DELETE, "/extra_specs/{key}", &["fast"]),
        line(GET, "/os-volume-type-access", &[]),
        line(POST, "/action", &[]).json(json!({ "addProjectAccess": { "project": red.green } })),
    ]
}

fn transfers(red: &Red) -> Vec<Entry> {
    let new = json!({ "transfer": { "volume_id": red.volume, "name": "scarlet-new" } });
    let wrong = json!({ "accept": { "auth_key": "guessed" } });
    let under = |name: &str| {
        let (all, one) = (format!("/volume/v3/{name}"), format!("/volume/v3/{name}/{{id}}"));
        vec![
            entry(Anybody, GET, &all),
            entry(Makers, POST, &all).json(new.clone()),
            entry(Anybody, GET, &format!("{all}/detail")),
            entry(Project, GET, &one).at(&[&red.transfer]),
            entry(Project, DELETE, &one).at(&[&red.transfer]),
            // Whoever has the key may take the volume.
            entry(Makers, POST, &format!("{one}/accept"))
                .at(&[&red.transfer])
                .json(wrong.clone())
                .answers(StatusCode::BAD_REQUEST),
        ]
    };
    [under("volume-transfers"), under("os-volume-transfer")].concat()
}

fn surroundings(red: &Red) -> Vec<Entry> {
    let quotas = |allowed, method| entry(allowed, method, "/volume/v3/os-quota-sets/{id}").at(&[&red.project]);
    let empty = ["groups", "groups/detail", "group_types", "group_snapshots", "group_snapshots/detail", "backups"];
    let other = ["backups/detail", "qos-specs", "limits", "os-availability-zone", "extensions", "messages"];
    let lists = empty.iter().chain(&other).map(|path| entry(Anybody, GET, &format!("/volume/v3/{path}")));
    let mut entries = vec![
        entry(Project, GET, "/volume/v3/attachments").query(&format!("instance_id={}", red.server)),
        entry(Anybody, GET, "/volume/v3/attachments"),
        entry(Project, GET, "/volume/v3/attachments/{id}").at(&[&red.attachment]),
        entry(Project, GET, "/volume/v3/messages/{id}").at(&[&red.message]),
        entry(Project, DELETE, "/volume/v3/messages/{id}").at(&[&red.message]),
        quotas(Project, GET),
        quotas(Administrators, PUT).json(json!({ "quota_set": { "volumes": 20 } })),
        quotas(Administrators, DELETE),
        entry(Anybody, GET, "/volume/v3/os-quota-sets/{id}/defaults").at(&["any"]),
        entry(Anybody, GET, "/volume/v3/os-quota-class-sets/{id}").at(&["default"]),
        entry(Administrators, GET, "/volume/v3/os-services"),
        entry(Administrators, GET, "/volume/v3/scheduler-stats/get_pools"),
    ];
    entries.extend(lists);
    entries
}
