//! What the logical volumes of volumes and snapshots are called.

use uuid::Uuid;

use crate::model::{SnapshotId, VolumeId};

const WHOLE: &str = "volume-";
const DRAFT: &str = "draft-";
const SNAPSHOT: &str = "moment-"; // LVM keeps names that begin with "snapshot" to itself

/// A volume that is whole.
pub fn volume(id: &VolumeId) -> String {
    format!("{WHOLE}{id}")
}

/// One that is being made.
pub fn draft(id: &VolumeId) -> String {
    format!("{DRAFT}{id}")
}

/// A snapshot of a volume.
pub fn snapshot(id: &VolumeId, snapshot: &SnapshotId) -> String {
    format!("{SNAPSHOT}{id}_{snapshot}")
}

/// The volume that is called so.
pub fn volume_in(name: &str) -> Option<VolumeId> {
    name.strip_prefix(WHOLE).filter(|id| Uuid::parse_str(id).is_ok()).map(VolumeId::from)
}

/// The snapshot of this volume that is called so.
pub fn snapshot_in(id: &VolumeId, name: &str) -> Option<SnapshotId> {
    let rest = name.strip_prefix(SNAPSHOT)?.strip_prefix(id.as_str())?;
    rest.strip_prefix('_').map(SnapshotId::from)
}

/// Whether a volume was to become of it.
pub fn is_draft(name: &str) -> bool {
    name.strip_prefix(DRAFT).is_some_and(|id| Uuid::parse_str(id).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written_and_strangers_are_left_alone() {
        let (id, other) = (VolumeId::from("0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f"), VolumeId::from("other"));
        let moment = SnapshotId::from("copy-1c0a5d22-8b64-4a7f-8e1f-9b7c2d3e4f50");
        assert_eq!(volume_in(&volume(&id)), Some(id.clone()));
        assert_eq!(snapshot_in(&id, &snapshot(&id, &moment)), Some(moment.clone()));
        assert_eq!(snapshot_in(&other, &snapshot(&id, &moment)), None);
        assert!(is_draft(&draft(&id)) && !is_draft("draft-mine") && !is_draft(&volume(&id)));
        assert_eq!(volume_in("volume-of-mine"), None);
        // The kernel doubles each hyphen, puts the group's name before it, and takes 127 characters.
        let longest = snapshot(&id, &moment);
        assert!(longest.len() + longest.matches('-').count() <= 127 - "arcus-volumes--".len(), "{longest}");
    }
}
