//! Wishes on where a server runs, which stand beside the server in the body of `POST /servers`.

use serde_json::{Map, Value, json};

use super::schema::invalid;
use crate::model::{Result, ServerGroupId};

/// The name, and the older one.
const NAMES: [&str; 2] = ["os:scheduler_hints", "OS-SCH-HNT:scheduler_hints"];

/// Takes the hints out of a body; the server group among them.
///
/// # Errors
/// For hints that this cloud's scheduler does not follow: starting the server elsewhere than wished helps nobody.
pub fn take_group(body: &mut Value) -> Result<Option<ServerGroupId>> {
    let mut group = None;
    for name in NAMES {
        let Some(hints) = body.as_object_mut().and_then(|members| members.remove(name)) else { continue };
        let Value::Object(hints) = hints else {
            return Err(invalid(name, &hints, "it is not of type 'object'".into()));
        };
        group = read(name, &hints)?.or(group);
    }
    Ok(group)
}

fn read(name: &str, hints: &Map<String, Value>) -> Result<Option<ServerGroupId>> {
    if let Some((unknown, value)) = hints.iter().find(|(hint, _)| *hint != "group") {
        return Err(invalid(unknown, value, "This cloud's scheduler follows no hint but 'group'.".into()));
    }
    match hints.get("group") {
        None => Ok(None),
        Some(Value::String(id)) if uuid::Uuid::parse_str(id).is_ok() => Ok(Some(id.as_str().into())),
        Some(_) => Err(invalid(name, &json!(hints), "'group' is not a 'uuid'".into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_group_is_taken_and_nothing_else_is_believed() {
        let id = "9d4b8b0e-4a6b-4e9e-9d0f-2f6a0c1d7b11";
        let mut body = json!({ "server": {}, "os:scheduler_hints": { "group": id } });
        assert_eq!(take_group(&mut body).unwrap(), Some(id.into()));
        assert_eq!(body, json!({ "server": {} }));
        assert_eq!(take_group(&mut json!({ "server": {}, "OS-SCH-HNT:scheduler_hints": {} })).unwrap(), None);
        for odd in [json!([]), json!({ "group": "mine" }), json!({ "same_host": [id] })] {
            assert!(take_group(&mut json!({ "os:scheduler_hints": odd.clone() })).is_err(), "{odd}");
        }
    }
}
