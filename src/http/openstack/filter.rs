//! List queries as the network and image services take them: any member as a filter, `fields`, `limit`, `marker`.

use axum::extract::Query;
use serde_json::Value;

/// A query's names and values, in order; a name may come more than once.
pub type Pairs = Query<Vec<(String, String)>>;

/// Query names that are no filters.
const CONTROLS: [&str; 7] = ["fields", "limit", "marker", "sort_key", "sort_dir", "sort", "page_reverse"];

/// The rows that a query asks for: those whose members have one of the values given for each, then one page of them,
/// then only the `fields` wanted. A member that no row has filters nothing.
pub fn select(rows: Vec<Value>, query: &[(String, String)]) -> Vec<Value> {
    let filters: Vec<&str> =
        query.iter().map(|(name, _)| name.as_str()).filter(|name| !CONTROLS.contains(name)).collect();
    let wanted = |row: &Value| {
        filters.iter().all(|name| row.get(name).is_none_or(|has| values(query, name).any(|value| matches(has, value))))
    };
    let rows = rows.into_iter().filter(wanted);
    let fields: Vec<&str> = values(query, "fields").collect();
    page(rows, query).into_iter().map(|row| only(row, &fields)).collect()
}

/// Every value given for a name.
pub fn values<'q>(query: &'q [(String, String)], name: &str) -> impl Iterator<Item = &'q str> {
    query.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
}

/// The first value given for a name.
pub fn value<'q>(query: &'q [(String, String)], name: &str) -> Option<&'q str> {
    query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
}

fn page(rows: impl Iterator<Item = Value>, query: &[(String, String)]) -> Vec<Value> {
    let marker = value(query, "marker").map(str::to_owned);
    let mut passed = marker.is_none();
    let after = rows.filter(move |row| {
        let take = passed;
        passed |= row["id"].as_str() == marker.as_deref();
        take
    });
    let limit = value(query, "limit").and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX);
    after.take(limit).collect()
}

/// Only these members of a row; all, if none is named.
pub fn only(row: Value, fields: &[&str]) -> Value {
    match row {
        Value::Object(members) if !fields.is_empty() => {
            Value::Object(members.into_iter().filter(|(name, _)| fields.contains(&name.as_str())).collect())
        }
        row => row,
    }
}

/// Whether a member has the value; `in:a,b` means one of several, as the image service has it.
pub fn matches(has: &Value, wanted: &str) -> bool {
    if let Some(several) = wanted.strip_prefix("in:") {
        return several.split(',').any(|wanted| matches(has, wanted));
    }
    match has {
        Value::String(text) => text == wanted,
        Value::Bool(yes) => {
            wanted.eq_ignore_ascii_case(if *yes { "true" } else { "false" }) || wanted == if *yes { "1" } else { "0" }
        }
        Value::Array(items) => items.iter().any(|item| matches(item, wanted)),
        Value::Null => wanted.is_empty(),
        other => format!("{other}") == wanted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn ids(query: &[(&str, &str)]) -> Vec<String> {
        let rows = vec![
            json!({"id": "a", "name": "one", "shared": true, "subnets": ["s1", "s2"]}),
            json!({"id": "b", "name": "two", "shared": false, "subnets": []}),
            json!({"id": "c", "name": "two", "shared": false, "subnets": ["s3"]}),
        ];
        let query: Vec<_> = query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        select(rows, &query).iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn values_of_one_name_are_alternatives_and_names_are_conditions() {
        assert_eq!(ids(&[("name", "two")]), ["b", "c"]);
        assert_eq!(ids(&[("id", "a"), ("id", "c")]), ["a", "c"]);
        assert_eq!(ids(&[("id", "in:a,c"), ("name", "two")]), ["c"]);
        assert_eq!(ids(&[("shared", "True")]), ["a"]);
        assert_eq!(ids(&[("subnets", "s3")]), ["c"]);
        assert_eq!(ids(&[("nobody_has_this", "x")]), ["a", "b", "c"]);
    }

    #[test]
    fn a_marker_goes_on_where_a_page_ended() {
        assert_eq!(ids(&[("limit", "2")]), ["a", "b"]);
        assert_eq!(ids(&[("limit", "2"), ("marker", "b")]), ["c"]);
        assert_eq!(ids(&[("limit", "2"), ("marker", "c")]), Vec::<String>::new());
    }

    #[test]
    fn only_the_wanted_fields_are_shown() {
        let query = [("fields".to_owned(), "id".to_owned()), ("fields".to_owned(), "name".to_owned())];
        assert_eq!(select(vec![json!({"id": 1, "name": 2, "mtu": 3})], &query), [json!({"id": 1, "name": 2})]);
    }
}
