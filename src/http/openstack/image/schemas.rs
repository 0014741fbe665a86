//! `/image/v2/schemas`: what the API's bodies look like, for clients that read it.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use super::attributes;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::image::MemberStatus;
use crate::model::{Kind, Reason};

/// `GET …/{name}`.
pub async fn show(_: Auth, Path(name): Path<String>) -> Result<Json<Value>, Failure> {
    match name.as_str() {
        "image" => Ok(Json(image())),
        "images" => Ok(Json(several("images", image()))),
        "member" => Ok(Json(member())),
        "members" => Ok(Json(several("members", member()))),
        _ => {
            let (field, choices) = ("schema".into(), "image, images, member, members".into());
            let error = Reason::NotAChoice { field, value: name, choices }.into();
            Err(Failure::of_kind(error, Kind::NotFound))
        }
    }
}

fn image() -> Value {
    let links = json!([
        { "rel": "self", "href": "{self}" },
        { "rel": "enclosure", "href": "{file}" },
        { "rel": "describedby", "href": "{schema}" },
    ]);
    json!({
        "name": "image",
        "properties": attributes::schema(),
        "additionalProperties": { "type": "string" },
        "links": links,
    })
}

fn member() -> Value {
    let text = |description: &str| json!({ "type": "string", "description": description });
    json!({ "name": "member", "properties": {
        "member_id": text("The project that the image is shared with"),
        "image_id": text("The image that is shared"),
        "status": { "type": "string", "description": "Whether the project took it", "enum": MemberStatus::ALL },
        "created_at": text("When it was shared"),
        "updated_at": text("When that was last changed"),
        "schema": { "type": "string", "readOnly": true },
    } })
}

fn several(name: &str, one: Value) -> Value {
    let page = |description: &str| json!({ "type": "string", "description": description });
    let properties = json!({
        name: { "type": "array", "items": one },
        "first": page("The first page's path"),
        "next": page("The next page's path, where there is one"),
        "schema": page("This schema's path"),
    });
    let links = json!([
        { "rel": "first", "href": "{first}" },
        { "rel": "next", "href": "{next}" },
        { "rel": "describedby", "href": "{schema}" },
    ]);
    json!({ "name": name, "properties": properties, "links": links })
}
