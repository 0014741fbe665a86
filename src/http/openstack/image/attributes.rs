//! The members of an image record, as its schema tells them.

use serde_json::{Value, json};

use crate::model::image::{ContainerFormat, DiskFormat, ImageStatus, Visibility};

/// What the service alone sets, also under names that others than Arcus use.
const READ_ONLY: [&str; 14] = [
    "id",
    "status",
    "size",
    "virtual_size",
    "checksum",
    "os_hash_algo",
    "os_hash_value",
    "created_at",
    "updated_at",
    "owner",
    "self",
    "file",
    "schema",
    "direct_url",
];
/// Locations would let people name any address as an image's data.
const REFUSED: [&str; 1] = ["locations"];
/// What people can change, but not take away.
const WRITABLE: [&str; 9] =
    ["name", "visibility", "protected", "os_hidden", "min_disk", "min_ram", "disk_format", "container_format", "tags"];

/// Whether only the service sets it.
pub fn is_read_only(name: &str) -> bool {
    READ_ONLY.contains(&name) || REFUSED.contains(&name) || name.starts_with("os_glance_")
}

/// Whether it is a member that every image has, and people can change.
pub fn is_writable(name: &str) -> bool {
    WRITABLE.contains(&name)
}

/// A UUID in its usual spelling.
const UUID: &str = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

/// The members' JSON schemas, with those of properties that many images have: Glance's own client offers what it finds
/// here and nothing else.
pub fn schema() -> Value {
    let text = |description: &str, max: u32| json!({ "type": ["null", "string"], "description": description, "maxLength": max });
    let time = |description: &str| json!({ "type": "string", "description": description, "readOnly": true });
    let count = |description: &str| json!({ "type": "integer", "description": description, "minimum": 0 });
    let ours = |mut schema: Value| {
        schema["readOnly"] = json!(true);
        schema
    };
    let usual = |description: &str| json!({ "type": "string", "description": description, "is_base": false });
    let size = |description: &str| json!({ "type": ["null", "integer"], "description": description, "readOnly": true });
    let or_null = |values: Vec<String>| {
        std::iter::once(Value::Null).chain(values.into_iter().map(Value::from)).collect::<Vec<_>>()
    };
    let disk_formats = or_null(DiskFormat::ALL.iter().map(ToString::to_string).collect());
    let container_formats = or_null(ContainerFormat::ALL.iter().map(ToString::to_string).collect());
    json!({
        "id": { "type": "string", "description": "The image's UUID, which its maker may choose", "pattern": UUID },
        "name": text("What people call it", 255),
        "status": { "type": "string", "description": "Where it is in its life", "readOnly": true, "enum": ImageStatus::ALL },
        "visibility": { "type": "string", "description": "Who may see and use it", "enum": Visibility::ALL },
        "protected": { "type": "boolean", "description": "Whether it cannot be deleted" },
        "os_hidden": { "type": "boolean", "description": "Whether lists leave it out unless asked for it" },
        "checksum": ours(text("MD5 of the data, in hex", 32)),
        "os_hash_algo": ours(text("How os_hash_value is computed", 64)),
        "os_hash_value": ours(text("Hash of the data, in hex", 128)),
        "owner": ours(text("The project that it belongs to", 255)),
        "size": size("Bytes of the data"),
        "virtual_size": size("Bytes that a guest sees"),
        "container_format": { "type": ["null", "string"], "description": "What is around the data", "enum": container_formats },
        "disk_format": { "type": ["null", "string"], "description": "The format of the data", "enum": disk_formats },
        "created_at": time("When the record was made"),
        "updated_at": time("When the record was last changed"),
        "tags": { "type": "array", "description": "Words to find it by", "items": { "type": "string", "maxLength": 255 } },
        "min_ram": count("MiB of memory that a flavor needs"),
        "min_disk": count("GiB of disk that a flavor needs"),
        "self": ours(json!({ "type": "string", "description": "The record's path" })),
        "file": ours(json!({ "type": "string", "description": "The data's path" })),
        "schema": ours(json!({ "type": "string", "description": "This schema's path" })),
        "description": usual("What people should know of it"),
        "architecture": usual("What kind of processor it is for"),
        "os_distro": usual("The system in it, such as debian"),
        "os_version": usual("The version of that system"),
        "instance_uuid": usual("The server that it was made from"),
    })
}
