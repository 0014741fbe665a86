//! Whether a flavor is large enough for an image.

use crate::model::flavor::Flavor;
use crate::model::image::Image;
use crate::model::{Error, Reason, Result};

const GIB: i64 = 1 << 30;

/// Bytes as GiB, rounded up.
pub fn gib(bytes: i64) -> i64 {
    (bytes + GIB - 1) / GIB
}

/// The image is active, has a disk, and a guest of these sizes can hold and run it. A disk of 0 GiB is as large as the image.
///
/// # Errors
/// `ImageNotActive`, `ImageWithoutDisk`, `FlavorTooSmall`.
pub fn check(flavor: &Flavor, image: &Image) -> Result<()> {
    image.holds_a_disk().map_err(|reason| Error::on("image_id", reason))?;
    has_memory(flavor, image)?;
    if flavor.disk_gb > 0 {
        let needed = image.min_disk.max(image.virtual_size.map_or(0, gib));
        at_least(flavor, "disk", "GiB", needed, flavor.disk_gb)?;
    }
    Ok(())
}

/// The flavor has the memory for what the image starts.
///
/// # Errors
/// `FlavorTooSmall`.
pub fn has_memory(flavor: &Flavor, image: &Image) -> Result<()> {
    at_least(flavor, "RAM", "MiB", image.min_ram, flavor.ram_mb)
}

fn at_least(flavor: &Flavor, resource: &str, unit: &str, needed: i64, has: i64) -> Result<()> {
    if has >= needed {
        return Ok(());
    }
    let (flavor, resource, unit) = (flavor.name.clone(), resource.to_owned(), unit.to_owned());
    Err(Error::on("flavor_id", Reason::FlavorTooSmall { flavor, resource, needed, has, unit }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::image::{ImageStatus, Visibility};

    fn flavor(ram_mb: i64, disk_gb: i64) -> Flavor {
        Flavor { id: "f".into(), name: "small".into(), vcpus: 1, ram_mb, disk_gb, is_public: true, ..Flavor::default() }
    }

    fn image(status: ImageStatus, min_ram: i64, min_disk: i64, virtual_size: i64) -> Image {
        let now = crate::model::Timestamp::default();
        Image {
            id: "i".into(),
            name: "image".into(),
            description: None,
            owner: "p".into(),
            status,
            fault: None,
            visibility: Visibility::Public,
            protected: false,
            disk_format: None,
            container_format: None,
            hidden: false,
            tags: Vec::new(),
            size: None,
            virtual_size: Some(virtual_size),
            checksum: None,
            sha256: None,
            min_disk,
            min_ram,
            properties: Default::default(),
            created_at: now,
            updated_at: now,
            progress: None,
        }
    }

    #[test]
    fn the_larger_of_min_disk_and_the_images_own_size_counts() {
        let image = image(ImageStatus::Active, 0, 1, 2 * GIB + 1);
        let refusal = check(&flavor(64, 2), &image).unwrap_err();
        assert!(matches!(refusal.reason, Reason::FlavorTooSmall { needed: 3, has: 2, .. }), "{refusal}");
        assert!(check(&flavor(64, 3), &image).is_ok());
        assert!(check(&flavor(64, 0), &image).is_ok(), "a disk as large as the image always fits");
    }

    #[test]
    fn memory_and_status_count() {
        assert!(check(&flavor(63, 1), &image(ImageStatus::Active, 64, 0, 1)).is_err());
        assert!(check(&flavor(64, 1), &image(ImageStatus::Active, 64, 0, 1)).is_ok());
        assert!(check(&flavor(64, 1), &image(ImageStatus::Queued, 0, 0, 1)).is_err());
    }
}
