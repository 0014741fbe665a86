//! Lists: filtered, sorted, a page at a time, with only the wanted fields and links to the pages around.

use std::cmp::Ordering;

use axum::Json;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde_json::{Value, json};

use crate::http::base::Base;
use crate::http::failure::Failure;
use crate::http::openstack::filter::{matches, only, value, values};
use crate::http::state::AppState;
use crate::model::{Error, Noun, Reason, Result};

/// Query names that are no filters.
const CONTROLS: [&str; 6] = ["fields", "limit", "marker", "sort_key", "sort_dir", "page_reverse"];

/// What a request for a list, or for the fields of one thing, asks for.
pub struct Wanted {
    query: Vec<(String, String)>,
    /// The address without its query, and the query as it came.
    url: String,
    text: String,
}

impl FromRequestParts<AppState> for Wanted {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Failure> {
        let query = Query::<Vec<(String, String)>>::try_from_uri(&parts.uri);
        let Query(query) = query.map_err(|error| Reason::Malformed { why: error.body_text() })?;
        let base = Base::of(parts, state.settings.secure_cookies);
        let url = base.url(parts.uri.path());
        Ok(Self { query, url, text: parts.uri.query().unwrap_or_default().to_owned() })
    }
}

impl Wanted {
    /// The value of a filter that is given exactly once.
    pub fn only_value(&self, name: &str) -> Option<&str> {
        value(&self.query, name).filter(|_| values(&self.query, name).count() == 1)
    }

    /// One thing with only the wanted fields.
    pub fn fields(&self, row: Value) -> Value {
        only(row, &values(&self.query, "fields").collect::<Vec<_>>())
    }

    /// The answer to a list request: `{"networks": […], "networks_links": […]}`.
    ///
    /// # Errors
    /// `NotFound` for a marker that is not in the list; the parameter at fault.
    pub fn list(&self, name: &str, noun: Noun, rows: Vec<Value>) -> Result<Json<Value>> {
        let mut rows: Vec<Value> = rows.into_iter().filter(|row| self.fits(row)).collect();
        self.sort(&mut rows)?;
        let (page, links) = self.page(noun, rows)?;
        let page: Vec<Value> = page.into_iter().map(|row| self.fields(row)).collect();
        // `json!` would copy every row.
        let mut answer = Value::Object([(name.to_owned(), Value::Array(page))].into_iter().collect());
        if !links.is_empty() {
            answer[format!("{name}_links")] = links.into();
        }
        Ok(Json(answer))
    }

    /// Whether a row passes every filter; a member that the row does not have filters nothing.
    fn fits(&self, row: &Value) -> bool {
        let mut names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        names.retain(|name| !CONTROLS.contains(name));
        names.sort_unstable();
        names.dedup();
        names.into_iter().all(|name| {
            let wanted: Vec<&str> = values(&self.query, name).collect();
            let (wants, any) = match name {
                "tags" | "not-tags" => (true, false),
                "tags-any" | "not-tags-any" => (true, true),
                _ => (false, false),
            };
            if wants {
                return tagged(row, &wanted, any) != name.starts_with("not-");
            }
            row.get(name).is_none_or(|has| holds(has, &wanted))
        })
    }

    fn sort(&self, rows: &mut [Value]) -> Result<()> {
        let keys: Vec<&str> = values(&self.query, "sort_key").collect();
        let directions: Vec<&str> = values(&self.query, "sort_dir").collect();
        if directions.len() > keys.len() {
            return Err(Reason::Malformed { why: "there are more sort_dir than sort_key".to_owned() }.into());
        }
        if let Some(bad) = directions.iter().find(|direction| !["asc", "desc"].contains(direction)) {
            return Err(Error::not_a_choice("sort_dir", *bad, "asc, desc"));
        }
        let unsortable = |key: &&&str| match rows.first() {
            Some(row) => row.get(**key).is_none_or(|value| value.is_array() || value.is_object()),
            None => false,
        };
        if let Some(bad) = keys.iter().find(unsortable) {
            return Err(Error::not_a_choice("sort_key", *bad, "the attributes that hold one value"));
        }
        rows.sort_by(|a, b| {
            keys.iter().enumerate().fold(Ordering::Equal, |so_far, (index, key)| {
                so_far.then_with(|| {
                    let order = compare(&a[*key], &b[*key]);
                    if directions.get(index) == Some(&"desc") { order.reverse() } else { order }
                })
            })
        });
        Ok(())
    }

    fn page(&self, noun: Noun, mut rows: Vec<Value>) -> Result<(Vec<Value>, Vec<Value>)> {
        let limit = match value(&self.query, "limit") {
            None => None,
            Some(text) => match text.parse::<usize>() {
                Ok(0) => None,
                Ok(limit) => Some(limit),
                Err(_) => return Err(Error::not_a_choice("limit", text, "0 and the positive numbers")),
            },
        };
        let reverse = value(&self.query, "page_reverse").is_some_and(|text| matches(&Value::Bool(true), text));
        let (mut start, mut end) = (0, rows.len());
        if let Some(marker) = value(&self.query, "marker") {
            let at = rows.iter().position(|row| row["id"] == marker);
            let at = at.ok_or_else(|| Error::not_found(noun, marker))?;
            if reverse { end = at } else { start = at + 1 }
        }
        if let Some(limit) = limit {
            if reverse { start = end.saturating_sub(limit) } else { end = end.min(start + limit) }
        }
        let (before, after) = (start > 0, end < rows.len());
        rows.truncate(end);
        let page = rows.split_off(start);
        let mut links = Vec::new();
        if let (Some(_), Some(first), Some(last)) = (limit, page.first(), page.last()) {
            if after {
                links.push(json!({ "rel": "next", "href": self.href(last, "") }));
            }
            if before {
                links.push(json!({ "rel": "previous", "href": self.href(first, "&page_reverse=True") }));
            }
        }
        Ok((page, links))
    }

    /// This list's address with another marker.
    fn href(&self, marker: &Value, suffix: &str) -> String {
        let kept =
            self.text.split('&').filter(|pair| !pair.starts_with("marker=") && !pair.starts_with("page_reverse="));
        let id = marker["id"].as_str().unwrap_or_default();
        format!("{}?{}&marker={id}{suffix}", self.url, kept.collect::<Vec<_>>().join("&"))
    }
}

/// Whether a row has all of the tags that are listed with commas, or any of them.
fn tagged(row: &Value, wanted: &[&str], any: bool) -> bool {
    let has = |tag: &str| row["tags"].as_array().is_some_and(|tags| tags.iter().any(|known| known == tag));
    let mut tags = wanted.iter().flat_map(|list| list.split(','));
    if any { tags.any(has) } else { tags.all(has) }
}

/// Whether a member has one of the values. A list of objects is asked by `name=value`, values of one name being
/// alternatives; `name_substr` is for a part of the value.
fn holds(has: &Value, wanted: &[&str]) -> bool {
    let Some(items) = has.as_array().filter(|items| items.iter().any(Value::is_object)) else {
        return wanted.iter().any(|value| matches(has, value));
    };
    let pairs: Vec<(&str, &str)> = wanted.iter().filter_map(|pair| pair.split_once('=')).collect();
    pairs.iter().all(|(name, _)| {
        let mut alternatives = pairs.iter().filter(|(other, _)| other == name).map(|(_, value)| *value);
        alternatives.any(|value| items.iter().any(|item| part_fits(item, name, value)))
    })
}

fn part_fits(item: &Value, name: &str, value: &str) -> bool {
    match name.strip_suffix("_substr") {
        Some(whole) => item[whole].as_str().is_some_and(|text| text.contains(value)),
        None => item.get(name).is_some_and(|has| matches(has, value)),
    }
}

/// Nothing first, then false before true, numbers, and texts.
fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(a), Value::Number(b)) => a.as_f64().partial_cmp(&b.as_f64()).unwrap_or(Ordering::Equal),
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (a, b) => b.is_null().cmp(&a.is_null()),
    }
}
