//! The image service's lines of the table.

use serde_json::json;

use super::entry::For::{Anybody, Everybody, Makers, Project};
use super::entry::{DELETE, Entry, GET, PATCH, POST, PUT, Who, entry};
use super::red::Red;

pub fn entries(red: &Red) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    entries.extend(["/image", "/image/", "/image/versions"].map(|path| entry(Everybody, GET, path)));
    let told = [("schemas/{name}", "image"), ("schemas/{name}", "members"), ("info/import", ""), ("info/stores", "")];
    for (path, name) in told {
        let line = entry(Anybody, GET, &format!("/image/v2/{path}"));
        entries.push(if name.is_empty() { line } else { line.at(&[name]) });
    }
    entries.extend(images(red));
    entries.extend(members(red));
    entries
}

fn images(red: &Red) -> Vec<Entry> {
    let (image, file) = ("/image/v2/images/{id}", "/image/v2/images/{id}/file");
    let change = json!([
        { "op": "replace", "path": "/name", "value": "scarlet-renamed" },
        { "op": "replace", "path": "/min_ram", "value": 1 },
        { "op": "add", "path": "/os_distro", "value": "scarlet" },
    ]);
    let new = json!({ "name": "scarlet-new", "disk_format": "raw", "container_format": "bare", "min_disk": 1,
        "visibility": "private", "protected": false, "tags": ["scarlet"], "os_distro": "scarlet" });
    vec![
        entry(Anybody, GET, "/image/v2/images"),
        entry(Makers, POST, "/image/v2/images").json(new),
        entry(Project, GET, image).at(&[&red.image]),
        entry(Project, PATCH, image)
            .at(&[&red.image])
            .header("content-type", "application/openstack-images-v2.1-json-patch")
            .json(change),
        entry(Project, DELETE, image).at(&[&red.image]),
        entry(Project, GET, file).at(&[&red.image]),
        entry(Project, PUT, file)
            .at(&[&red.queued_image])
            .header("content-type", "application/octet-stream")
            .bytes("scarlet"),
        entry(Project, POST, "/image/v2/images/{id}/import")
            .at(&[&red.queued_image])
            .json(json!({ "method": { "name": "web-download", "uri": "http://images.example/scarlet" } })),
        entry(Project, POST, "/image/v2/images/{id}/actions/deactivate").at(&[&red.image]),
        entry(Project, POST, "/image/v2/images/{id}/actions/reactivate").at(&[&red.image]),
        entry(Project, PUT, "/image/v2/images/{id}/tags/{tag}").at(&[&red.image, "scarlet-new"]),
        entry(Project, DELETE, "/image/v2/images/{id}/tags/{tag}").at(&[&red.image, "scarlet"]),
    ]
}

/// Of an image that red shares with green.
fn members(red: &Red) -> Vec<Entry> {
    let (members, member) = ("/image/v2/images/{id}/members", "/image/v2/images/{id}/members/{member}");
    vec![
        entry(Project, GET, members).at(&[&red.image]),
        entry(Project, POST, members).at(&[&red.image]).json(json!({ "member": red.admins })),
        entry(Project, GET, member).at(&[&red.image, &red.green]),
        // Whether a project takes an image is the project's own business.
        entry(Project, PUT, member).at(&[&red.image, &red.green]).json(json!({ "status": "rejected" })).by(Who::Greta),
        entry(Project, DELETE, member).at(&[&red.image, &red.green]),
    ]
}
