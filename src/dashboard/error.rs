//! Lets [`model::Error`](crate::model::Error) travel from server functions to pages as it is, typed.

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::model::{Error, Reason};

impl FromServerFnError for Error {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let error = match error {
            ServerFnErrorErr::Args(text) | ServerFnErrorErr::MissingArg(text) => missing_field(text),
            other => Reason::Unavailable { part: "arcus".into(), why: other.to_string() }.into(),
        };
        #[cfg(feature = "ssr")]
        super::api::answer::set_status(&error);
        error
    }
}

/// A form that lacks a field is told so by the field's name; serde says "missing field `name`".
fn missing_field(text: String) -> Error {
    match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(field) => Error::on(field, Reason::Required { field: field.to_owned() }),
        None => Reason::Malformed { why: text }.into(),
    }
}
