//! Lists as Cinder cuts them: sorted, from a marker or an offset on, with the address of what follows.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};

use crate::http::base::Base;
use crate::http::openstack::filter::value;
use crate::http::query::query as url_query;
use crate::model::{Error, Noun, Reason, Result};

/// The most rows that one answer has.
const MOST: usize = 1000;

type Query = [(String, String)];

/// What rows are sorted by: numbers come before text.
pub type Key = (i64, String);

/// One page of a list.
pub struct Page<T> {
    pub rows: Vec<T>,
    /// How many there are in all.
    pub total: usize,
    /// After which the next one goes on.
    last: Option<String>,
}

/// The page that a query asks for; rows come newest first.
///
/// # Errors
/// For a limit, an offset or a key to sort by that is none; `NotFound` for a marker that is not in the list.
pub fn page<T>(
    mut rows: Vec<T>,
    query: &Query,
    noun: Noun,
    id: impl Fn(&T) -> &str,
    key: impl Fn(&T, &str) -> Option<Key>,
) -> Result<Page<T>> {
    sort(&mut rows, query, key)?;
    let total = rows.len();
    let limit = number(query, "limit")?;
    let mut skip = number(query, "offset")?.unwrap_or(0);
    if let Some(marker) = value(query, "marker") {
        let place = rows.iter().position(|row| id(row) == marker);
        skip += 1 + place.ok_or_else(|| Error::not_found(noun, marker))?;
    }
    let most = limit.unwrap_or(MOST).min(MOST);
    let rows: Vec<T> = rows.into_iter().skip(skip).take(most).collect();
    let is_full = rows.len() == most;
    let last = rows.last().filter(|_| is_full).map(|row| id(row).to_owned());
    Ok(Page { rows, total, last })
}

fn number(query: &Query, name: &str) -> Result<Option<usize>> {
    let Some(text) = value(query, name) else { return Ok(None) };
    let number = text.parse::<u64>().ok().and_then(|number| usize::try_from(number).ok());
    let why = || format!("{name} must be a whole number that is not negative");
    let refused = || Reason::InvalidInput { field: name.to_owned(), value: text.to_owned(), why: why() };
    number.map(Some).ok_or_else(|| Error::on(name, refused()))
}

fn sort<T>(rows: &mut [T], query: &Query, key: impl Fn(&T, &str) -> Option<Key>) -> Result<()> {
    let order = order(query)?;
    let unknown = order.iter().find(|(name, _)| rows.first().is_some_and(|row| key(row, name).is_none()));
    if let Some((name, _)) = unknown {
        let why = "lists are not sorted by it".to_owned();
        return Err(Error::on("sort", Reason::InvalidInput { field: "sort".to_owned(), value: name.clone(), why }));
    }
    rows.sort_by(|a, b| {
        let each = order.iter().map(|(name, ascending)| {
            let order = key(a, name).cmp(&key(b, name));
            if *ascending { order } else { order.reverse() }
        });
        each.fold(Ordering::Equal, Ordering::then)
    });
    Ok(())
}

/// What to sort by, and whether the least comes first: `sort=name:asc,size`, or the older `sort_key` with `sort_dir`.
fn order(query: &Query) -> Result<Vec<(String, bool)>> {
    let ascending = |direction: &str| match direction {
        "asc" => Ok(true),
        "desc" => Ok(false),
        other => Err(Error::not_a_choice("sort_dir", other, "asc, desc".to_owned())),
    };
    if let Some(sort) = value(query, "sort") {
        let parts = sort.split(',').map(str::trim).filter(|part| !part.is_empty());
        let part = |part: &str| {
            let (name, direction) = part.split_once(':').unwrap_or((part, "desc"));
            Ok((name.to_owned(), ascending(direction)?))
        };
        return parts.map(part).collect();
    }
    match (value(query, "sort_key"), value(query, "sort_dir")) {
        (None, None) => Ok(Vec::new()),
        (name, direction) => {
            Ok(vec![(name.unwrap_or("created_at").to_owned(), ascending(direction.unwrap_or("desc"))?)])
        }
    }
}

impl<T> Page<T> {
    /// The answer: the rows under `name`, the address of the next page, and the count where it was asked for.
    pub fn answer(self, name: &str, (base, path, query): (&Base, &str, &Query), row: impl FnMut(T) -> Value) -> Value {
        let mut answer = Map::new();
        if value(query, "with_count").is_some_and(|with| with.eq_ignore_ascii_case("true")) {
            answer.insert("count".to_owned(), json!(self.total));
        }
        if let Some(last) = &self.last {
            let kept = query.iter().filter(|(name, _)| name != "marker" && name != "offset");
            let kept = kept.map(|(name, value)| (name.as_str(), value.as_str()));
            let href = base.url(&format!("{path}{}", url_query(kept.chain([("marker", last.as_str())]))));
            answer.insert(format!("{name}_links"), json!([{ "rel": "next", "href": href }]));
        }
        answer.insert(name.to_owned(), self.rows.into_iter().map(row).collect());
        Value::Object(answer)
    }
}

/// Text as a key.
pub fn text(text: impl ToString) -> Key {
    (0, text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(query: &[(&str, &str)]) -> Result<Vec<&'static str>> {
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let key = |row: &&'static str, name: &str| (name == "id").then(|| text(row));
        Ok(page(vec!["b", "a", "c"], &query, Noun::Volume, |row| row, key)?.rows)
    }

    #[test]
    fn pages_are_cut_as_cinder_does() {
        assert_eq!(ids(&[]).unwrap(), ["b", "a", "c"]);
        assert_eq!(ids(&[("limit", "0")]).unwrap(), Vec::<&str>::new());
        assert_eq!(ids(&[("limit", "1"), ("marker", "b")]).unwrap(), ["a"]);
        assert_eq!(ids(&[("offset", "2")]).unwrap(), ["c"]);
        assert_eq!(ids(&[("sort", "id:asc")]).unwrap(), ["a", "b", "c"]);
        assert_eq!(ids(&[("sort_key", "id")]).unwrap(), ["c", "b", "a"]);
        for odd in [[("limit", "-1")], [("sort", "colour")], [("sort", "id:up")], [("marker", "x")]] {
            assert!(ids(&odd).is_err(), "{odd:?}");
        }
    }
}
