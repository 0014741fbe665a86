//! What a body may say of a resource: Neutron's check of it, in its words.

use axum::http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::http::failure::Failure;
use crate::http::openstack::python::{str, truth, whole_number};

/// A kind of resource, as bodies name it.
pub struct Resource {
    pub one: &'static str,
    pub many: &'static str,
    /// Besides [`COMMON`].
    pub attributes: &'static [Attribute],
}

/// Something that can be said of a resource, and when.
#[derive(Clone, Copy)]
pub struct Attribute {
    name: &'static str,
    kind: Kind,
    at_first: bool,
    later: bool,
    required: bool,
    or_null: bool,
}

/// What an attribute may hold.
#[derive(Clone, Copy)]
pub enum Kind {
    Text,
    /// Truth, also in one of the words for it.
    Truth,
    /// A whole number, also as text.
    Whole,
    List,
    /// As [`Kind::List`]; null is an empty one.
    ListOrNone,
    Object,
    /// What this cloud has in one way alone.
    Only(&'static str),
    /// What this cloud does not have.
    Nothing,
    Any,
}

/// Attributes of every resource.
const COMMON: [Attribute; 8] = [
    shown("id"),
    shown("created_at"),
    shown("updated_at"),
    shown("revision_number"),
    shown("tags"),
    always("description", Kind::Text),
    at_first("project_id", Kind::Text),
    at_first("tenant_id", Kind::Text),
];

/// An attribute that the service alone sets.
pub const fn shown(name: &'static str) -> Attribute {
    Attribute { name, kind: Kind::Any, at_first: false, later: false, required: false, or_null: true }
}

/// An attribute that stays what it was made with.
pub const fn at_first(name: &'static str, kind: Kind) -> Attribute {
    Attribute { kind, at_first: true, or_null: false, ..shown(name) }
}

/// An attribute that can be given at first and changed later.
pub const fn always(name: &'static str, kind: Kind) -> Attribute {
    Attribute { later: true, ..at_first(name, kind) }
}

/// An attribute that only a change can give.
pub const fn later(name: &'static str, kind: Kind) -> Attribute {
    Attribute { at_first: false, ..always(name, kind) }
}

impl Attribute {
    /// Nothing is made without it.
    pub const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// Null means that there is none.
    pub const fn or_null(self) -> Self {
        Self { or_null: true, ..self }
    }

    /// Checks a value and gives it the type that it stands for.
    fn read(&self, value: &mut Value) -> Result<(), Failure> {
        let wrong = |why: &str, value: &Value| {
            Err(refusal(format!("Invalid input for {}. Reason: '{}' {why}.", self.name, str(value))))
        };
        match (self.kind, &*value) {
            (_, Value::Null) if self.or_null => Ok(()),
            (Kind::ListOrNone, Value::Null) => {
                *value = json!([]);
                Ok(())
            }
            (Kind::Any, _)
            | (Kind::Text, Value::String(_))
            | (Kind::List | Kind::ListOrNone, Value::Array(_))
            | (Kind::Object, Value::Object(_)) => Ok(()),
            (Kind::Only(only), Value::String(text)) if text == only => Ok(()),
            (Kind::Truth, given) => match truth(given) {
                Some(truth) => {
                    *value = json!(truth);
                    Ok(())
                }
                None => wrong("cannot be converted to boolean", given),
            },
            (Kind::Whole, given) => match whole_number(given) {
                Some(number) => {
                    *value = json!(number);
                    Ok(())
                }
                None => wrong("is not an integer", given),
            },
            (Kind::Text, given) => wrong("is not a valid string", given),
            (Kind::List | Kind::ListOrNone, given) => wrong("is not a list", given),
            (Kind::Object, given) => wrong("is not a dictionary", given),
            (Kind::Only(only), given) => wrong(&format!("is not in ['{only}']"), given),
            (Kind::Nothing, given) => wrong("is not offered by this cloud", given),
        }
    }
}

impl Resource {
    /// Reads what a body says of a resource that is to be made.
    ///
    /// # Errors
    /// For the first attribute at fault.
    pub fn creation<T: DeserializeOwned>(&self, item: Value) -> Result<T, Failure> {
        let members = self.members(item, |attribute| match attribute.at_first {
            true => Ok(()),
            false => Err(refusal(format!("Attribute '{}' not allowed in POST", attribute.name))),
        })?;
        match self.attributes.iter().find(|attribute| attribute.required && !members.contains_key(attribute.name)) {
            Some(Attribute { name, .. }) => {
                Err(refusal(format!("Failed to parse request. Required attribute '{name}' not specified")))
            }
            None => typed(members),
        }
    }

    /// Reads the body of a change.
    ///
    /// # Errors
    /// As [`Self::creation`].
    pub fn change<T: DeserializeOwned>(&self, mut body: Map<String, Value>) -> Result<T, Failure> {
        let item = body.remove(self.one).ok_or_else(|| self.missing())?;
        typed(self.members(item, |attribute| match attribute.later {
            true => Ok(()),
            false => Err(refusal(format!("Cannot update read-only attribute {}", attribute.name))),
        })?)
    }

    /// That a body says nothing of the resource.
    pub fn missing(&self) -> Failure {
        refusal(format!("Unable to find '{}' in request body", self.one))
    }

    /// What is given, each of it known, `allowed` and of its type.
    fn members(
        &self,
        item: Value,
        allowed: impl Fn(&Attribute) -> Result<(), Failure>,
    ) -> Result<Map<String, Value>, Failure> {
        let Value::Object(mut members) = item else {
            return Err(refusal(format!("Object '{}' contains invalid data", self.one)));
        };
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for (name, value) in &mut members {
            match COMMON.iter().chain(self.attributes).find(|attribute| attribute.name == name) {
                Some(attribute) => known.push((attribute, value)),
                None => unknown.push(name.as_str()),
            }
        }
        if !unknown.is_empty() {
            return Err(refusal(format!("Unrecognized attribute(s) '{}'", unknown.join(", "))));
        }
        for (attribute, value) in known {
            allowed(attribute)?;
            attribute.read(value)?;
        }
        Ok(members)
    }
}

fn typed<T: DeserializeOwned>(members: Map<String, Value>) -> Result<T, Failure> {
    serde_json::from_value(Value::Object(members)).map_err(|error| refusal(format!("Invalid input. Reason: {error}.")))
}

/// A refusal of a body.
pub fn refusal(words: String) -> Failure {
    Failure::of_request(StatusCode::BAD_REQUEST, words)
}
