//! "Can A reach B on port P?"

mod ask;
mod connect;
mod page;
mod stations;
mod words;

pub use connect::{Connect, ConnectCard};
pub use page::ReachPage;

use crate::dashboard::api::reach::ReachForm;
use crate::dashboard::components::query::escape;

/// The address of the page with a question already asked.
pub fn address(form: &ReachForm) -> String {
    let ReachForm { from, from_address, to, to_address, what, protocol, port } = form;
    let fields = [
        ("from", from),
        ("from_address", from_address),
        ("to", to),
        ("to_address", to_address),
        ("what", what),
        ("protocol", protocol),
        ("port", port),
    ];
    let fields = fields.into_iter().filter(|(_, value)| !value.is_empty());
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name}={}", escape(value))).collect();
    format!("/reach?{}", fields.join("&"))
}
