//! Bodies that nobody sends in earnest, each made from one that is in order.

use serde_json::{Value, json};

/// Stands where something else will.
const MARK: &str = "@@";
/// Deeper than any stack.
const DEEP: usize = 100_000;
/// Longer than any column.
const LONG: usize = 70_000;

/// Every body that differs from `sound` in one place, and some that are no JSON at all.
pub fn from(sound: &Value) -> Vec<Vec<u8>> {
    let mut bodies: Vec<String> = Vec::new();
    for place in places(sound) {
        bodies.extend(values().iter().map(|value| with(sound, &place, value)));
        bodies.extend(without(sound, &place));
        if let Some(Value::Object(members)) = sound.pointer(&place) {
            let text = json!(members).to_string();
            let inner = &text[1..text.len() - 1];
            bodies.push(with(sound, &place, &format!("{{{inner},\"unexpected\":1}}")));
            bodies.push(with(sound, &place, &format!("{{{inner},{inner}}}")));
        }
    }
    let whole = sound.to_string();
    let halves = &whole[..whole.len() / 2];
    // No JSON, which is found out wherever it stands.
    bodies.extend(["", " ", "{", "}", "\u{feff}{}", "nul", "'a'", "{a: 1}", halves].map(str::to_owned));
    let place = places(sound).pop().unwrap();
    bodies.extend(["1e999", r#""\ud800""#, r#""\udc00\ud800""#].map(|value| with(sound, &place, value)));
    bodies.push(format!("{whole}{whole}"));
    bodies.push(format!("{}{}", "[".repeat(DEEP), "]".repeat(DEEP)));
    bodies.push("{\"a\":".repeat(DEEP / 4));
    let mut bodies: Vec<Vec<u8>> = bodies.into_iter().map(String::into_bytes).collect();
    for broken in [&b"\xff"[..], b"\xc3\x28", b"\xed\xa0\x80", b"\0"] {
        bodies.push(broken.to_vec());
        let text = with(sound, &place, &format!("\"{MARK}\""));
        let at = text.find(MARK).unwrap();
        bodies.push([&text.as_bytes()[..at], broken, &text.as_bytes()[at + MARK.len()..]].concat());
    }
    bodies
}

/// Values that hardly any place expects, as JSON writes them.
fn values() -> Vec<String> {
    let long = format!("\"{}\"", "a".repeat(LONG));
    let deep = format!("{}{}", "[".repeat(1000), "]".repeat(1000));
    let plain = [
        "null",
        "true",
        "-1",
        "0",
        "1.5",
        "1e308",
        "9223372036854775808",
        "18446744073709551616",
        "[]",
        "{}",
        "[null]",
        "[[]]",
        "[{}]",
        r#"[1, "a", null, {}]"#,
        r#"{"": null}"#,
    ];
    let texts = [
        "",
        " ",
        "-1",
        "1e9",
        "nan",
        "%00",
        r"\u0000",
        r"a\u0000b",
        r"\u202e\ufeff",
        "☃🦀é",
        "../../etc/passwd",
        "'; DROP TABLE users; --",
    ];
    let texts = texts.into_iter().map(|text| format!("\"{text}\""));
    plain.into_iter().map(str::to_owned).chain(texts).chain([long, deep]).collect()
}

/// The JSON pointers of everything in a value, itself first.
fn places(value: &Value) -> Vec<String> {
    let mut found = vec![String::new()];
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(members) => {
            members.iter().map(|(name, value)| (name.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Value::Array(items) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in inner {
        found.extend(places(value).into_iter().map(|below| format!("/{name}{below}")));
    }
    found
}

fn with(sound: &Value, place: &str, text: &str) -> String {
    let mut body = sound.clone();
    *body.pointer_mut(place).unwrap() = json!(MARK);
    body.to_string().replacen(&format!("\"{MARK}\""), text, 1)
}

fn without(sound: &Value, place: &str) -> Option<String> {
    let (parent, name) = place.rsplit_once('/')?;
    let mut body = sound.clone();
    match body.pointer_mut(parent)? {
        Value::Object(members) => members.remove(&name.replace("~1", "/").replace("~0", "~")),
        Value::Array(items) => Some(items.remove(name.parse().ok()?)),
        _ => None,
    }?;
    Some(body.to_string())
}
