//! `GET /image/v2/images`: which images, in which order, which page of them.

use std::cmp::Ordering;

use serde_json::{Value, json};

use crate::http::openstack::filter::{matches, value, values};
use crate::http::openstack::time::moment;
use crate::http::query::query;
use crate::model::image::{MemberStatus, Visibility};
use crate::model::{Error, Reason, Result};

/// The most that one page holds.
const MAX_PAGE: usize = 1000;
/// Query names that are no filters.
const CONTROLS: [&str; 6] = ["limit", "marker", "sort_key", "sort_dir", "sort", "member_status"];
/// What images can be sorted by.
const SORT_KEYS: [&str; 11] = [
    "name",
    "status",
    "container_format",
    "disk_format",
    "size",
    "id",
    "created_at",
    "updated_at",
    "min_disk",
    "min_ram",
    "owner",
];

/// A query's pairs.
type Query<'q> = &'q [(String, String)];

/// The status in which images shared with the caller's project are wanted; none for any.
///
/// # Errors
/// For a word that is no status.
pub fn member_status(query: Query) -> Result<Option<MemberStatus>> {
    match value(query, "member_status") {
        None => Ok(Some(MemberStatus::Accepted)),
        Some("all") => Ok(None),
        Some(word) => {
            let choices = "pending, accepted, rejected, all";
            word.parse().map(Some).map_err(|_| Error::not_a_choice("member_status", word, choices))
        }
    }
}

/// Whether images of visibility `community` are wanted; lists hold them only when asked for.
pub fn wants_community(query: Query) -> bool {
    value(query, "visibility").is_some_and(|wanted| wanted == Visibility::Community.to_string() || wanted == "all")
}

/// The page of rows that the query asks for, with its links.
///
/// # Errors
/// For a limit, marker, order or comparison that cannot be understood.
pub fn page(rows: Vec<Value>, query: Query) -> Result<Value> {
    let order = order(query)?;
    let mut fitting = Vec::new();
    for row in rows {
        if fits(&row, query)? {
            fitting.push(row);
        }
    }
    fitting.sort_by(|one, other| by(&order, one, other));
    let start = match value(query, "marker") {
        None => 0,
        Some(marker) => {
            let at = fitting.iter().position(|row| row["id"] == marker);
            at.ok_or_else(|| malformed(format!("marker {marker} is not an image of this list")))? + 1
        }
    };
    let limit = limit(query)?;
    let mut rest = fitting.split_off(start.min(fitting.len()));
    let more = rest.len() > limit;
    rest.truncate(limit);
    let mut answer = json!({ "first": path(query, None), "schema": "/v2/schemas/images" });
    if let Some(last) = rest.last().filter(|_| more) {
        answer["next"] = json!(path(query, last["id"].as_str()));
    }
    answer["images"] = json!(rest);
    Ok(answer)
}

fn path(pairs: Query, marker: Option<&str>) -> String {
    let same = pairs.iter().filter(|(name, _)| name != "marker").map(|(name, value)| (name.as_str(), value.as_str()));
    format!("/v2/images{}", query(same.chain(marker.map(|marker| ("marker", marker)))))
}

fn limit(query: Query) -> Result<usize> {
    let Some(text) = value(query, "limit") else { return Ok(MAX_PAGE) };
    let limit: usize = text.parse().map_err(|_| malformed(format!("limit {text} is not a number")))?;
    Ok(limit.min(MAX_PAGE))
}

fn fits(row: &Value, query: Query) -> Result<bool> {
    if value(query, "os_hidden").is_none() && row["os_hidden"] == true {
        return Ok(false);
    }
    for (name, wanted) in query.iter().filter(|(name, _)| !CONTROLS.contains(&name.as_str())) {
        let fits = match name.as_str() {
            "tag" => matches(&row["tags"], wanted),
            "size_min" => row["size"].as_i64().is_some_and(|size| number(name, wanted).is_ok_and(|min| size >= min)),
            "size_max" => row["size"].as_i64().is_some_and(|size| number(name, wanted).is_ok_and(|max| size <= max)),
            "created_at" | "updated_at" => compared(&row[name.as_str()], name, wanted)?,
            "visibility" if wanted == "all" => true,
            "id" | "name" | "status" | "disk_format" | "container_format" => matches(&row[name.as_str()], wanted),
            // Only these take `in:`; a property's value may begin like that.
            _ => row.get(name).is_some_and(|has| has.as_str() == Some(wanted) || matches(has, wanted)),
        };
        if name.starts_with("size_") {
            number(name, wanted)?;
        }
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Compares a time with `gt:TIME` and the like; without an operator they must be the same.
fn compared(has: &Value, name: &str, wanted: &str) -> Result<bool> {
    let (operator, text) = match wanted.split_once(':') {
        Some((operator @ ("gt" | "gte" | "lt" | "lte" | "eq" | "neq"), text)) => (operator, text),
        _ => ("eq", wanted),
    };
    let wanted = moment(name, text)?;
    let order = moment(name, has.as_str().unwrap_or_default())?.cmp(&wanted);
    Ok(match operator {
        "gt" => order.is_gt(),
        "gte" => order.is_ge(),
        "lt" => order.is_lt(),
        "lte" => order.is_le(),
        "neq" => order.is_ne(),
        _ => order.is_eq(),
    })
}

/// Members to sort by and whether each runs downwards: `sort=size:asc,name`, or `sort_key` and `sort_dir`.
fn order(query: Query) -> Result<Vec<(String, bool)>> {
    let mut keys: Vec<(String, Option<String>)> = Vec::new();
    match value(query, "sort") {
        Some(sort) => keys.extend(sort.split(',').map(|part| match part.split_once(':') {
            Some((key, direction)) => (key.to_owned(), Some(direction.to_owned())),
            None => (part.to_owned(), None),
        })),
        None => {
            let mut directions: Vec<&str> = values(query, "sort_dir").collect();
            // One direction goes for all keys.
            let only = (directions.len() == 1).then(|| directions.remove(0));
            let named: Vec<&str> = values(query, "sort_key").collect();
            let named = if named.is_empty() { vec!["created_at"] } else { named };
            for (at, key) in named.into_iter().enumerate() {
                let direction = directions.get(at).copied().or(only);
                keys.push((key.to_owned(), direction.map(str::to_owned)));
            }
        }
    }
    keys.into_iter().map(|(key, direction)| checked(key, direction.as_deref())).collect()
}

fn checked(key: String, direction: Option<&str>) -> Result<(String, bool)> {
    if !SORT_KEYS.contains(&key.as_str()) {
        return Err(Error::not_a_choice("sort_key", &key, SORT_KEYS.join(", ")));
    }
    match direction {
        None | Some("desc") => Ok((key, true)),
        Some("asc") => Ok((key, false)),
        Some(other) => Err(Error::not_a_choice("sort_dir", other, "asc, desc")),
    }
}

fn by(order: &[(String, bool)], one: &Value, other: &Value) -> Ordering {
    let last = [("created_at".to_owned(), true), ("id".to_owned(), true)];
    let compare = |(key, down): &(String, bool)| {
        let order = ranked(&one[key.as_str()]).partial_cmp(&ranked(&other[key.as_str()])).unwrap_or(Ordering::Equal);
        if *down { order.reverse() } else { order }
    };
    order.iter().chain(&last).map(compare).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
}

/// What is not there comes before numbers, and those before text.
fn ranked(value: &Value) -> (Option<i64>, Option<&str>) {
    (value.as_i64(), value.as_str())
}

fn number(field: &str, text: &str) -> Result<i64> {
    text.parse().ok().filter(|number| *number >= 0).ok_or_else(|| malformed(format!("{field} {text} is not a number")))
}

fn malformed(why: String) -> Error {
    Reason::Malformed { why }.into()
}
