//! Bodies that make one thing, or several at once.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::attributes::{Resource, refusal};
use crate::control::Ctx;
use crate::http::failure::Failure;
use crate::model::{ProjectId, Result};

/// What a body asks for: `{"network": {…}}` or `{"networks": [{…}, …]}`.
pub struct Several<T> {
    /// Each with the context of the project that it is for.
    pub wanted: Vec<(Ctx, T)>,
    many: bool,
}

impl<T: DeserializeOwned> Several<T> {
    /// Reads a body.
    ///
    /// # Errors
    /// For the first attribute at fault; `Forbidden` for things of another project, except for administrators.
    pub fn read(ctx: &Ctx, mut body: Map<String, Value>, resource: &Resource) -> Result<Self, Failure> {
        let (items, is_many) = match (body.remove(resource.one), body.remove(resource.many)) {
            (Some(item), None) => (vec![item], false),
            (None, Some(Value::Array(items))) if !items.is_empty() => (items, true),
            (None, None) => return Err(resource.missing()),
            (_, Some(_)) => return Err(refusal("Resources required".to_owned())),
        };
        let mut wanted = Vec::with_capacity(items.len());
        for item in items {
            let item = bare(item, resource.one);
            let project = project(&item)?;
            let item = resource.creation(item)?;
            wanted.push((ctx.on_behalf_of(project.unwrap_or_else(|| ctx.project_id.clone()))?, item));
        }
        Ok(Self { wanted, many: is_many })
    }
}

/// One of several may be in an object of its own.
fn bare(mut item: Value, one: &str) -> Value {
    item.get_mut(one).map(Value::take).unwrap_or(item)
}

/// Whose it is to be, where that is said.
fn project(item: &Value) -> Result<Option<ProjectId>, Failure> {
    match (item["project_id"].as_str(), item["tenant_id"].as_str()) {
        (Some(one), Some(other)) if one != other => {
            Err(refusal("'project_id' and 'tenant_id' do not match".to_owned()))
        }
        (one, other) => Ok(one.or(other).map(Into::into)),
    }
}

impl<T> Several<T> {
    /// The one thing that was read, where only one can be made at a time.
    ///
    /// # Errors
    /// For several.
    pub fn single(mut self) -> Result<(Ctx, T), Failure> {
        match (self.wanted.pop(), self.many) {
            (Some(only), false) => Ok(only),
            _ => Err(refusal("Bulk operation not supported".to_owned())),
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
pub fn answer(resource: &Resource, is_many: bool, mut made: Vec<Value>) -> Value {
    if is_many { json!({ resource.many: made }) } else { json!({ resource.one: made.pop() }) }
}
