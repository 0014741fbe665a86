//! Volume, `/volume/v3`: volumes, their snapshots, types and transfers.

mod actions;
mod asked;
mod attachments;
mod caller;
mod extensions;
mod limits;
mod listing;
mod messages;
mod metadata;
mod new_volume;
mod pools;
mod quota_sets;
mod snapshots;
mod transfers;
mod type_access;
mod types;
mod uploads;
mod versions;
mod view;
mod volume_query;
mod volumes;

use axum::routing::{MethodRouter, get, post, put};

use super::Routes;
use crate::http::state::AppState;
use crate::model::{SnapshotId, VolumeId};

/// With the project in the path, as the catalog has it, and without.
const WAYS: [&str; 2] = ["/volume/v3/{project}/", "/volume/v3/"];

pub fn routes() -> Routes {
    vec![
        ("/volume", get(versions::all)),
        ("/volume/", get(versions::all)),
        ("/volume/v3", get(versions::v3)),
        ("/volume/v3/", get(versions::v3)),
        ("/volume/v3/{project}/volumes", get(volumes::list).post(volumes::create)),
        ("/volume/v3/{project}/volumes/detail", get(volumes::detail)),
        ("/volume/v3/{project}/volumes/summary", get(volumes::summary)),
        ("/volume/v3/{project}/volumes/{id}", get(volumes::show).put(volumes::update).delete(volumes::delete)),
        ("/volume/v3/{project}/volumes/{id}/action", post(actions::act)),
        ("/volume/v3/{project}/volumes/{id}/metadata", metadata::all::<VolumeId>()),
        ("/volume/v3/{project}/volumes/{id}/metadata/{key}", metadata::one::<VolumeId>()),
        ("/volume/v3/{project}/snapshots", get(snapshots::list).post(snapshots::create)),
        ("/volume/v3/{project}/snapshots/detail", get(snapshots::detail)),
        ("/volume/v3/{project}/snapshots/{id}", get(snapshots::show).put(snapshots::update).delete(snapshots::delete)),
        ("/volume/v3/{project}/snapshots/{id}/action", post(snapshots::act)),
        ("/volume/v3/{project}/snapshots/{id}/metadata", metadata::all::<SnapshotId>()),
        ("/volume/v3/{project}/snapshots/{id}/metadata/{key}", metadata::one::<SnapshotId>()),
        ("/volume/v3/{project}/types", get(types::list).post(types::create)),
        ("/volume/v3/{project}/types/default", get(types::default)),
        ("/volume/v3/{project}/types/{id}", get(types::show).put(types::update).delete(types::delete)),
        ("/volume/v3/{project}/types/{id}/extra_specs", get(types::specs).post(types::add_specs)),
        (
            "/volume/v3/{project}/types/{id}/extra_specs/{key}",
            get(types::show_spec).put(types::set_spec).delete(types::remove_spec),
        ),
        ("/volume/v3/{project}/types/{id}/encryption", get(types::encryption)),
        ("/volume/v3/{project}/types/{id}/os-volume-type-access", get(type_access::list)),
        ("/volume/v3/{project}/types/{id}/action", post(type_access::act)),
        ("/volume/v3/{project}/volume-transfers", get(transfers::list).post(transfers::create)),
        ("/volume/v3/{project}/volume-transfers/detail", get(transfers::detail)),
        ("/volume/v3/{project}/volume-transfers/{id}", get(transfers::show).delete(transfers::delete)),
        ("/volume/v3/{project}/volume-transfers/{id}/accept", post(transfers::accept)),
        ("/volume/v3/{project}/os-volume-transfer", get(transfers::list).post(transfers::create)),
        ("/volume/v3/{project}/os-volume-transfer/detail", get(transfers::detail)),
        ("/volume/v3/{project}/os-volume-transfer/{id}", get(transfers::show).delete(transfers::delete)),
        ("/volume/v3/{project}/os-volume-transfer/{id}/accept", post(transfers::accept)),
        ("/volume/v3/{project}/attachments", get(attachments::list)),
        ("/volume/v3/{project}/attachments/{id}", get(attachments::show)),
        ("/volume/v3/{project}/messages", get(messages::list)),
        ("/volume/v3/{project}/messages/{id}", get(messages::show).delete(messages::delete)),
        (
            "/volume/v3/{project}/os-quota-sets/{id}",
            get(quota_sets::show).merge(put(quota_sets::update)).delete(quota_sets::reset),
        ),
        ("/volume/v3/{project}/os-quota-sets/{id}/defaults", get(quota_sets::defaults)),
        ("/volume/v3/{project}/os-quota-class-sets/{id}", get(quota_sets::class)),
        ("/volume/v3/{project}/limits", get(limits::show)),
        ("/volume/v3/{project}/os-availability-zone", get(pools::zones)),
        ("/volume/v3/{project}/os-services", get(pools::services)),
        ("/volume/v3/{project}/scheduler-stats/get_pools", get(pools::list)),
        ("/volume/v3/{project}/extensions", get(extensions::list)),
        ("/volume/v3/{project}/groups", get(extensions::groups)),
        ("/volume/v3/{project}/groups/detail", get(extensions::groups)),
        ("/volume/v3/{project}/group_types", get(extensions::group_types)),
        ("/volume/v3/{project}/group_snapshots", get(extensions::group_snapshots)),
        ("/volume/v3/{project}/group_snapshots/detail", get(extensions::group_snapshots)),
        ("/volume/v3/{project}/backups", get(extensions::backups)),
        ("/volume/v3/{project}/backups/detail", get(extensions::backups)),
        ("/volume/v3/{project}/qos-specs", get(extensions::qos_specs)),
    ]
}

/// All of it, both ways.
pub fn both_ways() -> Vec<(String, MethodRouter<AppState>)> {
    let [with, without] = WAYS;
    let short = routes().into_iter().filter(|(path, _)| path.starts_with(with));
    let short: Vec<_> = short.map(|(path, methods)| (path.replacen(with, without, 1), methods)).collect();
    routes().into_iter().map(|(path, methods)| (path.to_owned(), methods)).chain(short).collect()
}
