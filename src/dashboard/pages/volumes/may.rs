//! What can be done with a volume now, and why not.

use crate::dashboard::reason::explain;
use crate::model::Reason;
use crate::model::volume::{Attachment, Volume, VolumeStatus};

/// What can be asked of a volume.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Attach,
    Extend,
    Snapshot,
    Upload,
    Transfer,
    Delete,
}

impl Deed {
    /// The volume service's word for it, and the statuses in which it does it.
    fn allowed_in(self) -> (&'static str, &'static [VolumeStatus]) {
        use VolumeStatus::*;
        match self {
            Self::Attach => ("attach", &[Available, ErrorExtending]),
            Self::Extend => ("extend", &[Available, InUse, ErrorExtending]),
            Self::Snapshot => ("take a snapshot of", &[Available, InUse]),
            Self::Upload => ("upload", &[Available, InUse]),
            Self::Transfer => ("transfer", &[Available]),
            Self::Delete => ("delete", &[Available, Error, ErrorDeleting, ErrorExtending]),
        }
    }
}

/// Why it cannot be done now: the person's role, the volume's status, or that an instance has it. None if it can.
pub fn why_not(deed: Deed, volume: &Volume, no_write: Option<String>) -> Option<String> {
    let (verb, statuses) = deed.allowed_in();
    let is_taken = deed == Deed::Attach && !volume.attachments.is_empty();
    no_write.or_else(|| (is_taken || !statuses.contains(&volume.status)).then(|| refusal(verb, volume)))
}

/// Why an instance cannot be made to let go of it now.
pub fn why_no_detach(volume: &Volume, attachment: &Attachment, no_write: Option<String>) -> Option<String> {
    let (id, instance) = (volume.id.to_string(), attachment.instance_id.to_string());
    no_write.or_else(|| match (attachment.boot, volume.can_be_taken_from(attachment)) {
        (true, _) => Some(explain(&Reason::RootVolume { id, instance }).line()),
        (_, false) => Some(refusal("detach", volume)),
        _ => None,
    })
}

fn refusal(verb: &str, volume: &Volume) -> String {
    let (verb, status) = (verb.to_owned(), volume.status.to_string());
    explain(&Reason::VolumeState { verb, id: volume.id.to_string(), status }).line()
}
