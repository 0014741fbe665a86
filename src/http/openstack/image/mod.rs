//! Image, `/image/v2`: records, and data streamed both ways.

mod data;
mod images;
mod versions;

use axum::routing::get;

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/image", get(versions::all)),
        ("/image/", get(versions::all)),
        ("/image/versions", get(versions::listed)),
        ("/image/v2/images", get(images::list).post(images::create)),
        ("/image/v2/images/{id}", get(images::show).delete(images::delete)),
        ("/image/v2/images/{id}/file", get(data::download).put(data::upload)),
    ]
}
