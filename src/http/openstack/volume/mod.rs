//! Volume, `/volume/v3`: so far only the question that every launch asks.

mod attachments;
mod versions;

use axum::routing::get;

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/volume", get(versions::all)),
        ("/volume/", get(versions::all)),
        ("/volume/v3/{project}/attachments", get(attachments::list)),
    ]
}
