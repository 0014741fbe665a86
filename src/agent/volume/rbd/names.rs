//! What the images of a host's volumes are called.

use uuid::Uuid;

use crate::bus::contract::VolumeAt;
use crate::model::VolumeId;

const WHOLE: &str = "volume-";
const DRAFT: &str = "draft-";

/// The names of one host's images.
pub struct Names {
    host: String,
}

impl Names {
    /// Those of this host.
    pub fn of(host: &str) -> Self {
        Self { host: host.to_owned() }
    }

    /// A volume that is whole.
    pub fn volume(&self, id: &VolumeId) -> String {
        VolumeAt::rbd_image(id, &self.host)
    }

    /// One that is being made.
    pub fn draft(&self, id: &VolumeId) -> String {
        format!("{DRAFT}{id}.{}", self.host)
    }

    /// The volume whose image it is, if it is one of this host's.
    pub fn volume_in(&self, image: &str) -> Option<VolumeId> {
        self.id_after(WHOLE, image).map(VolumeId::from)
    }

    /// Whether a volume of this host's was to become of it.
    pub fn is_draft(&self, image: &str) -> bool {
        self.id_after(DRAFT, image).is_some()
    }

    fn id_after<'a>(&self, prefix: &str, image: &'a str) -> Option<&'a str> {
        let id = image.strip_prefix(prefix)?.strip_suffix(&self.host)?.strip_suffix('.')?;
        Uuid::parse_str(id).is_ok().then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_host_s_own_images_are_its_volumes() {
        let (names, id) = (Names::of("host1"), VolumeId::from("0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f"));
        assert_eq!(names.volume_in(&names.volume(&id)), Some(id.clone()));
        assert!(names.is_draft(&names.draft(&id)) && !names.is_draft(&names.volume(&id)));
        for other in ["volume-mine.host1", "notes", &Names::of("1").volume(&id), &Names::of("rack.host1").volume(&id)] {
            assert_eq!(names.volume_in(other), None, "{other}");
        }
    }
}
