//! A body in JSON, some members of which are there only when there is something to say.

use serde_json::{Map, Value};

/// An object's members.
pub struct Body(Map<String, Value>);

impl Body {
    /// Those that are always there.
    pub fn of<const N: usize>(members: [(&str, Value); N]) -> Self {
        Self(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// A member, if there is a value.
    pub fn maybe(mut self, name: &str, value: Option<impl Into<Value>>) -> Self {
        self.0.extend(value.map(|value| (name.to_owned(), value.into())));
        self
    }

    /// A text, unless it is empty.
    pub fn filled(self, name: &str, text: &str) -> Self {
        self.maybe(name, Some(text).filter(|text| !text.is_empty()))
    }

    /// As the only member of an object, which is how most APIs want it.
    pub fn named(self, one: &str) -> Value {
        Value::Object(Map::from_iter([(one.to_owned(), self.into())]))
    }
}

impl From<Body> for Value {
    fn from(Body(members): Body) -> Self {
        Self::Object(members)
    }
}
