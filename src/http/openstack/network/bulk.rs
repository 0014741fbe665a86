//! Bodies that make one thing, or several at once.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::control::Ctx;
use crate::model::{Reason, Result};

/// What a body asks for: `{"network": {…}}` or `{"networks": [{…}, …]}`.
pub struct Several<T> {
    /// Each with the context of the project that it is for.
    pub wanted: Vec<(Ctx, T)>,
    many: bool,
}

impl<T: DeserializeOwned> Several<T> {
    /// Reads a body; `one` and `many` are the members' names.
    ///
    /// # Errors
    /// `Malformed`; `Forbidden` for things of another project, except for administrators.
    pub fn read(ctx: &Ctx, mut body: Map<String, Value>, one: &str, many: &str) -> Result<Self> {
        let malformed = |why: String| Reason::Malformed { why };
        let (items, is_many) = match (body.remove(one), body.remove(many)) {
            (Some(item), None) => (vec![item], false),
            (None, Some(Value::Array(items))) if !items.is_empty() => (items, true),
            _ => return Err(malformed(format!("a body with either {one} or a list of {many} is expected")).into()),
        };
        let mut wanted = Vec::with_capacity(items.len());
        for item in items {
            let project = ["project_id", "tenant_id"].iter().find_map(|name| item[*name].as_str());
            let ctx = ctx.on_behalf_of(project.map_or_else(|| ctx.project_id.clone(), Into::into))?;
            wanted.push((ctx, serde_json::from_value(item).map_err(|error| malformed(error.to_string()))?));
        }
        Ok(Self { wanted, many: is_many })
    }
}

impl<T> Several<T> {
    /// The one thing that was read, where only one can be made at a time.
    ///
    /// # Errors
    /// `Malformed`.
    pub fn single(mut self) -> Result<(Ctx, T)> {
        match (self.wanted.pop(), self.many) {
            (Some(only), false) => Ok(only),
            _ => Err(Reason::Malformed { why: "these are made one at a time".to_owned() }.into()),
        }
    }

    /// What was read, each thing as the service takes it; and whether the answer is to be a list.
    ///
    /// # Errors
    /// As the conversion.
    pub fn split<N>(self, convert: impl Fn(T) -> Result<N>) -> Result<(Vec<(Ctx, N)>, bool)> {
        let wanted = self.wanted.into_iter().map(|(ctx, item)| Ok((ctx, convert(item)?)));
        Ok((wanted.collect::<Result<_>>()?, self.many))
    }
}

/// What was made, in the shape that the body had.
pub fn answer(one: &str, many: &str, is_many: bool, mut made: Vec<Value>) -> Value {
    if is_many { json!({ many: made }) } else { json!({ one: made.pop() }) }
}
