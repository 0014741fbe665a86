//! Image, `/image/v2`: records, data streamed both ways, and with whom it is shared.

mod attributes;
mod data;
mod images;
mod import;
mod info;
mod listing;
mod members;
mod patch;
mod record;
mod schemas;
mod tags;
mod versions;

use axum::routing::{get, post, put};

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/image", get(versions::all)),
        ("/image/", get(versions::all)),
        ("/image/versions", get(versions::listed)),
        ("/image/v2/images", get(images::list).post(images::create)),
        ("/image/v2/images/{id}", get(images::show).patch(images::update).delete(images::delete)),
        ("/image/v2/images/{id}/file", get(data::download).put(data::upload)),
        ("/image/v2/images/{id}/import", post(import::begin)),
        ("/image/v2/images/{id}/actions/deactivate", post(images::deactivate)),
        ("/image/v2/images/{id}/actions/reactivate", post(images::reactivate)),
        ("/image/v2/images/{id}/tags/{tag}", put(tags::add).delete(tags::remove)),
        ("/image/v2/images/{id}/members", get(members::list).post(members::add)),
        ("/image/v2/images/{id}/members/{member}", get(members::show).put(members::answer).delete(members::remove)),
        ("/image/v2/schemas/{name}", get(schemas::show)),
        ("/image/v2/info/import", get(info::import)),
        ("/image/v2/info/stores", get(info::stores)),
    ]
}
