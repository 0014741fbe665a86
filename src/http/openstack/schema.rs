//! Nova's check of what a request says, in its words: which members an object has, and of which types.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::microversion::Microversion;
use crate::http::openstack::python::{number, repr, truth, whole_number};
use crate::model::{Error, Reason, Result};

/// What a member may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    /// Text of so many letters.
    Text(usize, usize),
    /// As [`Kind::Text`], or null.
    TextOrNull(usize, usize),
    /// Text, or a number that stands for text, or null.
    Id,
    /// A whole number from there on, also as text.
    Integer(i64),
    /// A number, also as text.
    Number,
    /// Truth, also in one of the words for it.
    Boolean,
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// Names and values, all of them text.
    Pairs,
    List,
    /// A list of objects with these members.
    Objects(&'static [Field]),
    Any,
}

/// A member of an object, and the microversions that know it.
#[derive(Clone, Copy)]
pub struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
    since: u16,
    until: u16,
}

/// A member that may be left out.
pub const fn may(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false, since: 0, until: u16::MAX }
}

/// A member that must be there.
pub const fn must(name: &'static str, kind: Kind) -> Field {
    Field { required: true, ..may(name, kind) }
}

impl Field {
    /// From that microversion on.
    pub const fn since(self, since: u16) -> Self {
        Self { since, ..self }
    }

    /// Up to that microversion.
    pub const fn until(self, until: u16) -> Self {
        Self { until, ..self }
    }
}

/// Reads the object `member` of a body that says nothing else.
///
/// # Errors
/// [`Reason::InvalidInput`] for the first thing at fault.
pub fn read<T: DeserializeOwned>(body: Value, member: &str, fields: &[Field], version: Microversion) -> Result<T> {
    let mut members = match body {
        Value::Object(members) => members,
        other => return Err(not_of_type("body", &other, "object")),
    };
    let Some(inner) = members.remove(member) else {
        return Err(invalid("body", &Value::Object(members), format!("'{member}' is a required property")));
    };
    if let Some(name) = members.keys().next() {
        let why = format!("Additional properties are not allowed ('{name}' was unexpected)");
        return Err(invalid("body", &Value::Object(members), why));
    }
    object(inner, member, fields, version)
}

/// Reads an object that stands under `name`.
///
/// # Errors
/// As [`read`].
pub fn object<T: DeserializeOwned>(value: Value, name: &str, fields: &[Field], version: Microversion) -> Result<T> {
    let Value::Object(members) = &value else { return Err(not_of_type(name, &value, "object")) };
    check(members, name, fields, version)?;
    serde_json::from_value(value.clone()).map_err(|error| invalid(name, &value, error.to_string()))
}

fn check(members: &Map<String, Value>, object: &str, fields: &[Field], version: Microversion) -> Result<()> {
    let known =
        |name: &str| fields.iter().find(|field| field.name == name && (field.since..=field.until).contains(&version.0));
    let whole = || Value::Object(members.clone());
    for (name, value) in members {
        match known(name) {
            Some(field) => field.kind.check(name, value, version)?,
            None => {
                let why = format!("Additional properties are not allowed ('{name}' was unexpected)");
                return Err(invalid(object, &whole(), why));
            }
        }
    }
    let missing = fields.iter().find(|field| field.required && !members.contains_key(field.name));
    match missing {
        Some(field) => Err(invalid(object, &whole(), format!("'{}' is a required property", field.name))),
        None => Ok(()),
    }
}

impl Kind {
    /// Whether a value is one.
    ///
    /// # Errors
    /// As [`read`].
    pub fn check(self, name: &str, value: &Value, version: Microversion) -> Result<()> {
        match (self, value) {
            (Self::Any, _) | (Self::TextOrNull(..) | Self::Id, Value::Null) => Ok(()),
            (Self::Text(min, max) | Self::TextOrNull(min, max), Value::String(text)) => lettered(name, text, min, max),
            (Self::Id, Value::String(text)) => lettered(name, text, 1, 255),
            (Self::Id, Value::Number(number)) if number.is_i64() || number.is_u64() => Ok(()),
            (Self::Integer(min), value) => match whole_number(value) {
                Some(number) if number >= min => Ok(()),
                Some(number) => Err(invalid(name, value, format!("{number} is less than the minimum of {min}"))),
                None => Err(not_of_type(name, value, "integer")),
            },
            (Self::Number, value) => number(value).map(drop).ok_or_else(|| not_of_type(name, value, "number")),
            (Self::Boolean, value) => truth(value).map(drop).ok_or_else(|| not_of_type(name, value, "boolean")),
            (Self::OneOf(words), Value::String(word)) if words.contains(&word.as_str()) => Ok(()),
            (Self::OneOf(words), value) => {
                let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
                Err(invalid(name, value, format!("{} is not one of [{}]", repr(value), words.join(", "))))
            }
            (Self::Pairs, Value::Object(pairs)) => pairs.iter().try_for_each(|(key, value)| match value {
                Value::String(text) => lettered(name, key, 1, 255).and_then(|()| lettered(key, text, 0, 255)),
                other => Err(not_of_type(key, other, "string")),
            }),
            (Self::List, Value::Array(_)) => Ok(()),
            (Self::Objects(fields), Value::Array(items)) => items.iter().try_for_each(|item| match item {
                Value::Object(members) => check(members, name, fields, version),
                other => Err(not_of_type(name, other, "object")),
            }),
            (Self::Pairs, other) => Err(not_of_type(name, other, "object")),
            (Self::List | Self::Objects(_), other) => Err(not_of_type(name, other, "array")),
            (Self::Text(..) | Self::TextOrNull(..) | Self::Id, other) => Err(not_of_type(name, other, "string")),
        }
    }
}

fn lettered(name: &str, text: &str, min: usize, max: usize) -> Result<()> {
    let letters = text.chars().count();
    let value = || Value::String(text.to_owned());
    if letters < min {
        return Err(invalid(name, &value(), format!("{} is too short", repr(&value()))));
    }
    if letters > max {
        return Err(invalid(name, &value(), format!("{} is too long", repr(&value()))));
    }
    Ok(())
}

fn not_of_type(name: &str, value: &Value, kind: &str) -> Error {
    invalid(name, value, format!("{} is not of type '{kind}'", repr(value)))
}

/// That a member cannot be as it is.
pub fn invalid(name: &str, value: &Value, why: String) -> Error {
    Error::on(name, Reason::InvalidInput { field: name.to_owned(), value: repr(value), why })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FIELDS: &[Field] =
        &[must("name", Kind::Text(1, 5)), may("count", Kind::Integer(1)), may("later", Kind::Boolean).since(9)];

    fn refused(body: Value, version: u16) -> String {
        read::<Value>(body, "thing", FIELDS, Microversion(version)).unwrap_err().to_string()
    }

    #[test]
    fn what_is_at_fault_is_said_in_nova_s_words() {
        let prefix = "Invalid input for field/attribute";
        assert_eq!(
            refused(json!({"thing": {"name": "x", "foo": true}}), 1),
            format!(
                "{prefix} thing. Value: {{'foo': True, 'name': 'x'}}. Additional properties are not allowed ('foo' was unexpected)"
            )
        );
        assert_eq!(
            refused(json!({"thing": {}}), 1),
            format!("{prefix} thing. Value: {{}}. 'name' is a required property")
        );
        assert_eq!(
            refused(json!({"thing": {"name": 1}}), 1),
            format!("{prefix} name. Value: 1. 1 is not of type 'string'")
        );
        assert!(refused(json!({"thing": {"name": "x", "later": true}}), 8).contains("('later' was unexpected)"));
        assert!(refused(json!({"other": 1}), 1).ends_with("'thing' is a required property"));
        assert!(refused(json!({"thing": {"name": "x", "count": "0"}}), 1).ends_with("0 is less than the minimum of 1"));
        assert!(refused(json!({"thing": {"name": "longer"}}), 1).ends_with("'longer' is too long"));
    }

    #[test]
    fn what_is_in_order_is_read() {
        let body = json!({"thing": {"name": "x", "count": "2", "later": "True"}});
        assert!(read::<Value>(body, "thing", FIELDS, Microversion(9)).is_ok());
    }
}
