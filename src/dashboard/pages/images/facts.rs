//! What is said of images in more than one place.

use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::image::{Image, Visibility};

/// The word for a visibility.
pub fn visibility(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => tr!(images.public),
        Visibility::Private => tr!(images.private),
        Visibility::Shared => tr!(images.shared),
        Visibility::Community => tr!(images.community),
    }
}

/// What a flavor must at least have: "64 MiB · 1 GiB".
pub fn needs(image: &Image) -> String {
    let ram = (image.min_ram > 0).then(|| sizes::mib(image.min_ram));
    let disk = (image.min_disk > 0).then(|| sizes::gib(image.min_disk));
    let parts: Vec<String> = ram.into_iter().chain(disk).collect();
    if parts.is_empty() { tr!(images.needs_nothing).to_owned() } else { parts.join(" · ") }
}

/// How large it is: "12.6 MiB"; or what stands in the place of data. None before it has any.
pub fn size(image: &Image) -> Option<String> {
    if image.is_empty() { Some(tr!(images.of_snapshots).to_owned()) } else { image.size.map(sizes::bytes) }
}
