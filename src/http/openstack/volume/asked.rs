//! What is common to bodies and queries of the block storage API.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::http::openstack::filter::value;
use crate::http::openstack::microversion::Microversion;
use crate::http::openstack::python::word_of_truth;
use crate::http::openstack::schema::{self, Field};
use crate::model::Result;

/// Reads the object `member` of a body. Members that are null are as if they were not there, as clients write all that they know.
///
/// # Errors
/// As [`schema::read`].
pub fn read<T: DeserializeOwned>(mut body: Value, member: &str, fields: &[Field], version: Microversion) -> Result<T> {
    if let Some(Value::Object(members)) = body.get_mut(member) {
        members.retain(|_, value| !value.is_null());
    }
    schema::read(body, member, fields, version)
}

/// Whether a query says so.
pub fn says(query: &[(String, String)], name: &str) -> bool {
    value(query, name).and_then(word_of_truth).unwrap_or(false)
}
