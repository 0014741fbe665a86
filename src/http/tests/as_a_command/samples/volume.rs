//! Forms of volumes, of their snapshots, and of who has them.

use super::Sample;
use crate::http::tests::walk::entry::Who;
use crate::http::tests::walk::red::Red;

pub fn volumes(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let new = |more: &[(&str, &str)]| ann("/api/volumes/create", &[&[("name", "-it's data")], more].concat());
    let of = |kind: &str, id: &str| format!("{kind}:{id}");
    let volume = ("id", red.volume.as_str());
    vec![
        new(&[("size", "1"), ("description", "for ${it}")]),
        new(&[("source", &of("image", &red.image))]),
        new(&[("source", &of("volume", &red.volume)), ("size", "2")]),
        new(&[("source", &of("snapshot", &red.snapshot)), ("volume_type", "__DEFAULT__")]),
        ann("/api/volumes/update", &[volume, ("name", "-new"), ("description", "d"), ("bootable", "true")]),
        ann("/api/volumes/update", &[volume, ("name", "new"), ("description", "")]),
        ann("/api/volumes/extend", &[volume, ("new_size", "2")]),
        ann("/api/volumes/upload", &[volume, ("image_name", "-it's golden"), ("disk_format", "qcow2")]),
        ann("/api/volumes/delete", &[volume, ("name", "ignored")]),
        ann("/api/volumes/delete", &[volume, ("with_snapshots", "true")]),
    ]
}

pub fn attachments(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let free = [("instance", red.server.as_str()), ("volume", red.volume.as_str())];
    let with = |more: &[(&str, &str)]| ann("/api/volumes/attach", &[&free[..], more].concat());
    vec![
        with(&[]),
        with(&[("device", "/dev/vdf")]),
        with(&[("delete_on_termination", "true")]),
        ann("/api/volumes/detach", &[("instance", &red.server), ("volume", &red.attached_volume)]),
    ]
}

pub fn transfers(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let accept = ann("/api/volumes/accept", &[("transfer", &red.transfer), ("auth_key", "s3cret")]);
    vec![
        ann("/api/volumes/offer", &[("volume", &red.volume)]),
        ann("/api/volumes/call-off", &[("volume", &red.offered_volume)]),
        Sample { lacks_secret: true, ..accept },
    ]
}

pub fn snapshots(red: &Red) -> Vec<Sample> {
    let ann = |action, fields: &[(&str, &str)]| Sample::new(Who::Ann, action, fields);
    let snapshot = ("id", red.snapshot.as_str());
    vec![
        ann("/api/snapshots/create", &[("volume", &red.volume), ("name", "it's before"), ("description", "d")]),
        ann("/api/snapshots/create", &[("volume", &red.attached_volume), ("name", "while it runs")]),
        ann("/api/snapshots/update", &[snapshot, ("name", "-new"), ("description", "")]),
        ann("/api/snapshots/delete", &[snapshot]),
    ]
}
