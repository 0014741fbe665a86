//! What a record may be, and what becomes of it by a patch.

use std::collections::BTreeMap;

use crate::model::image::{Image, ImagePatch, ImageStatus, PropertyChange};
use crate::model::{Error, ImageId, Noun, Reason, Result, validate};

const MAX_DESCRIPTION: u32 = 2000;
/// GiB and MiB that no flavor passes.
const MAX_MIN_DISK: i64 = 10_240;
const MAX_MIN_RAM: i64 = 1 << 20;
const MAX_TAGS: i64 = 128;
const MAX_PROPERTIES: i64 = 128;
/// As Glance, whose properties are of MySQL's type TEXT.
const MAX_PROPERTY: u32 = 65_535;
/// Names that no free property may have: the service would use them itself.
const RESERVED: &str = "os_glance_";

/// The record after a patch.
///
/// # Errors
/// `ReadOnly` for the format of data that is there, `NotFound` for a property that is not.
pub fn changed(image: Image, patch: ImagePatch) -> Result<Image> {
    let has_data = image.status != ImageStatus::Queued;
    let other_format = patch.disk_format.is_some_and(|format| Some(format) != image.disk_format);
    let other_container = patch.container_format.is_some_and(|format| Some(format) != image.container_format);
    for (field, other) in [("disk_format", other_format), ("container_format", other_container)] {
        if has_data && other {
            return Err(Reason::ReadOnly { name: field.into() }.into());
        }
    }
    let mut properties = image.properties;
    for change in patch.properties {
        apply(&mut properties, change)?;
    }
    Ok(Image {
        name: patch.name.unwrap_or(image.name),
        description: patch.description.or(image.description),
        visibility: patch.visibility.unwrap_or(image.visibility),
        protected: patch.protected.unwrap_or(image.protected),
        min_disk: patch.min_disk.unwrap_or(image.min_disk),
        min_ram: patch.min_ram.unwrap_or(image.min_ram),
        hidden: patch.hidden.unwrap_or(image.hidden),
        tags: patch.tags.unwrap_or(image.tags),
        disk_format: patch.disk_format.or(image.disk_format),
        container_format: patch.container_format.or(image.container_format),
        properties,
        ..image
    })
}

fn apply(properties: &mut BTreeMap<String, String>, change: PropertyChange) -> Result<()> {
    let (name, value) = match change {
        PropertyChange::Set(name, value) => (name, Some(value)),
        PropertyChange::Replace(name, _) | PropertyChange::Remove(name) if !properties.contains_key(&name) => {
            return Err(Error::not_found(Noun::Property, name));
        }
        PropertyChange::Replace(name, value) => (name, Some(value)),
        PropertyChange::Remove(name) => (name, None),
    };
    match value {
        Some(value) => properties.insert(name, value),
        None => properties.remove(&name),
    };
    Ok(())
}

/// An id of the caller's choice: a UUID, as all others are.
pub fn checked_id(id: ImageId) -> Result<ImageId> {
    let uuid = uuid::Uuid::try_parse(id.as_str());
    let uuid = uuid.map_err(|_| Error::on("id", Reason::Malformed { why: format!("id: {id} is not a UUID") }))?;
    Ok(uuid.to_string().into())
}

/// The record as it is kept, if it may be.
///
/// # Errors
/// The first field at fault.
pub fn checked(image: Image) -> Result<Image> {
    // Images may go without a name.
    let name = if image.name.trim().is_empty() { String::new() } else { validate::name("name", &image.name)? };
    validate::at_most("description", image.description.as_deref().unwrap_or_default(), MAX_DESCRIPTION)?;
    validate::range("min_disk", image.min_disk, 0, MAX_MIN_DISK)?;
    validate::range("min_ram", image.min_ram, 0, MAX_MIN_RAM)?;
    let description = image.description.filter(|text| !text.trim().is_empty());
    let (tags, properties) = (checked_tags(image.tags)?, checked_properties(image.properties)?);
    Ok(Image { name, description, tags, properties, ..image })
}

fn checked_tags(tags: Vec<String>) -> Result<Vec<String>> {
    validate::range("tags", tags.len() as i64, 0, MAX_TAGS)?;
    let mut kept = tags.iter().map(|tag| validate::name("tags", tag)).collect::<Result<Vec<_>>>()?;
    kept.sort();
    kept.dedup();
    Ok(kept)
}

fn checked_properties(properties: BTreeMap<String, String>) -> Result<BTreeMap<String, String>> {
    validate::range("properties", properties.len() as i64, 0, MAX_PROPERTIES)?;
    for (key, value) in &properties {
        if key.starts_with(RESERVED) {
            return Err(Reason::ReadOnly { name: key.clone() }.into());
        }
        validate::name("properties", key)?;
        validate::at_most("properties", value, MAX_PROPERTY)?;
    }
    Ok(properties)
}
