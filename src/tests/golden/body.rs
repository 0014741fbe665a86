//! A body beside the recorded one's shape.
//!
//! A shape is an object of shapes, whose names end with `?` where not all of several things have the member; an object
//! `{"*": shape}` where names are data; a list with the shape of its items, or empty; or the types that a value may have,
//! separated by `|`, of which `=word` stands for that value itself.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// The whole of a body that is no JSON.
const TEXT: &str = "text";
/// What a map's values look like if it was empty when it was recorded.
const NOTHING: &str = "nothing";

/// A line for each difference.
pub fn compare(shape: &Value, body: &Value) -> Vec<String> {
    match (shape, body) {
        (Value::String(word), Value::String(_)) if word == TEXT => Vec::new(),
        (Value::String(word), other) if word == TEXT => vec![format!("body: {} for {TEXT}", kind(other))],
        (_, Value::String(_)) => vec![format!("body: {TEXT} for {}", kind(shape))],
        _ => values("body", shape, &[body]),
    }
}

/// Compares all values that have the same place, such as the same member of each item of a list.
fn values(at: &str, shape: &Value, values: &[&Value]) -> Vec<String> {
    match shape {
        Value::String(types) => plain(at, types, values),
        Value::Array(shapes) => {
            let (lists, mut differ) = only(at, values, Value::as_array, "array");
            let items: Vec<&Value> = lists.into_iter().flatten().collect();
            match shapes.first() {
                Some(_) if items.is_empty() && differ.is_empty() => differ.push(format!("{at}: empty")),
                Some(shape) => differ.extend(self::values(&format!("{at}[]"), shape, &items)),
                // Nothing is known of what this list may have.
                None => {}
            }
            differ
        }
        Value::Object(shapes) => {
            let (objects, mut differ) = only(at, values, Value::as_object, "object");
            differ.extend(match shapes.get("*") {
                Some(shape) if shape == NOTHING => Vec::new(),
                Some(shape) => self::values(
                    &format!("{at}.*"),
                    shape,
                    &objects.into_iter().flat_map(Map::values).collect::<Vec<_>>(),
                ),
                None => members(at, shapes, &objects),
            });
            differ
        }
        other => unreachable!("{other} is no shape"),
    }
}

/// The values of one type, and a line for each other type.
fn only<'v, T>(
    at: &str,
    values: &[&'v Value],
    read: impl Fn(&'v Value) -> Option<&'v T>,
    wanted: &str,
) -> (Vec<&'v T>, Vec<String>) {
    let others: BTreeSet<&str> = values.iter().filter(|value| read(value).is_none()).map(|value| kind(value)).collect();
    let differ = others.into_iter().map(|other| format!("{at}: {other} for {wanted}")).collect();
    (values.iter().filter_map(|value| read(value)).collect(), differ)
}

fn members(at: &str, shapes: &Map<String, Value>, objects: &[&Map<String, Value>]) -> Vec<String> {
    let mut differ = Vec::new();
    for (name, shape) in shapes {
        let (name, always) = name.strip_suffix('?').map_or((name.as_str(), true), |name| (name, false));
        let found: Vec<&Value> = objects.iter().filter_map(|object| object.get(name)).collect();
        if always && found.len() < objects.len() {
            let lacking = if found.is_empty() { "missing" } else { "missing in some" };
            differ.push(format!("{at}.{name}: {lacking}"));
        }
        if !found.is_empty() {
            differ.extend(values(&format!("{at}.{name}"), shape, &found));
        }
    }
    let known = |name: &str| shapes.contains_key(name) || shapes.contains_key(&format!("{name}?"));
    let added: BTreeSet<&String> =
        objects.iter().flat_map(|object| object.keys()).filter(|name| !known(name)).collect();
    differ.extend(added.into_iter().map(|name| format!("{at}.{name}: added")));
    differ
}

fn plain(at: &str, types: &str, values: &[&Value]) -> Vec<String> {
    let types: BTreeSet<&str> = types.split('|').collect();
    let words = types.iter().any(|word| word.starts_with('='));
    let said: BTreeSet<String> =
        values.iter().map(|value| if words { word(value) } else { kind(value).into() }).collect();
    // Of what was nothing when it was recorded, no more is known; a word that a client looks for must be there.
    let fits = types == BTreeSet::from(["null"])
        || said.iter().all(|said| types.contains(said.as_str())) && (!words || said.len() == types.len());
    if fits { Vec::new() } else { vec![format!("{at}: {} for {}", join(&said), join(&types))] }
}

fn join(words: &BTreeSet<impl AsRef<str> + Ord>) -> String {
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join("|")
}

fn word(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => format!("={text}"),
        other => format!("={other}"),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn each_way_to_differ_is_said() {
    let shape = json!({
        "id": "string", "host": "null", "fault?": "string", "status": "=UP", "tags": [],
        "links": [{ "rel": "=bookmark|=self", "type?": "string" }], "addresses": { "*": [{ "version": "integer" }] },
    });
    let body = json!({
        "id": "x", "host": "vm", "status": "UP", "tags": ["any"],
        "links": [{ "rel": "self" }, { "rel": "bookmark" }], "addresses": { "any": [{ "version": 4 }] },
    });
    assert_eq!(compare(&shape, &body), [""; 0]);
    let cases = [
        ("id", json!(null), "body.id: null for string"),
        ("status", json!("DOWN"), "body.status: =DOWN for =UP"),
        ("links", json!([]), "body.links: empty"),
        ("links", json!({}), "body.links: object for array"),
        ("links", json!([{ "rel": "self" }]), "body.links[].rel: =self for =bookmark|=self"),
        ("addresses", json!({ "any": [{ "version": "4" }] }), "body.addresses.*[].version: string for integer"),
        ("addresses", json!({ "any": [{}] }), "body.addresses.*[].version: missing"),
        ("more", json!(1), "body.more: added"),
    ];
    for (name, value, said) in cases {
        let mut other = body.clone();
        other[name] = value;
        assert_eq!(compare(&shape, &other), [said]);
    }
    assert_eq!(compare(&shape, &json!("oops")), ["body: text for object"]);
    assert_eq!(compare(&json!("text"), &body), ["body: object for text"]);
}
