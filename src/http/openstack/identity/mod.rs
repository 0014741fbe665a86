//! Identity, `/identity`: version documents and tokens.

mod catalog;
mod request;
mod tokens;
mod versions;

use axum::routing::get;

use super::Routes;

pub fn routes() -> Routes {
    vec![
        ("/identity", get(versions::all)),
        ("/identity/", get(versions::all)),
        ("/identity/v3", get(versions::v3)),
        ("/identity/v3/", get(versions::v3)),
        ("/identity/v3/auth/tokens", get(tokens::show).post(tokens::issue).delete(tokens::revoke)),
    ]
}
