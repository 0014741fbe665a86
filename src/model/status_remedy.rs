//! What helps against a status that stands in the way.

use super::volume::VolumeStatus;

/// What helps where a volume or snapshot is in the wrong status for what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusRemedy {
    /// Something is being done to it, which ends.
    Wait,
    /// An instance is to get it.
    WaitForInstance,
    /// An instance has it.
    Detach,
    /// As [`Self::Detach`], unless the caller says that it may be written to meanwhile.
    DetachOrForce,
    /// It is on offer to another project.
    CallOff,
    /// What was done to it last failed.
    Reset,
    /// It is in none that stands in the way: it may have changed in between.
    LookAgain,
}

impl StatusRemedy {
    /// What helps with what was asked (`verb`); snapshots' statuses are a part of volumes'.
    pub fn of(verb: &str, status: &str) -> Self {
        use VolumeStatus::*;
        match status.parse::<VolumeStatus>() {
            Ok(Creating | Downloading | Attaching | Detaching | Extending | Uploading | Deleting) => Self::Wait,
            Ok(Reserved) => Self::WaitForInstance,
            // These are done in it as well, unless an instance has the volume.
            Ok(ErrorExtending) if matches!(verb, "attach" | "extend" | "delete") => Self::Detach,
            Ok(InUse) if matches!(verb, "take a snapshot of" | "upload") => Self::DetachOrForce,
            Ok(InUse) => Self::Detach,
            Ok(AwaitingTransfer) => Self::CallOff,
            Ok(Error | ErrorDeleting | ErrorExtending) => Self::Reset,
            Ok(Available) | Err(_) => Self::LookAgain,
        }
    }

    /// In English; `reset` is the command that resets a status.
    pub fn english(self, reset: &str) -> String {
        let sentence = match self {
            Self::Wait => "Wait until that is done, and try again.",
            Self::WaitForInstance => "Wait until the instance that it is kept for has it, or delete that instance.",
            Self::Detach => "Detach it from its instance first.",
            Self::DetachOrForce => "Detach it from its instance first, or force it (--force).",
            Self::CallOff => "Accept or delete its transfer first.",
            Self::Reset => return format!("Ask an administrator to reset its status ({reset}), or delete it."),
            Self::LookAgain => "It may have changed in between: look at it again.",
        };
        sentence.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Reason;

    #[test]
    fn a_wrong_status_comes_with_what_helps_in_it() {
        let volume = |verb: &str, status: VolumeStatus| {
            Reason::VolumeState { verb: verb.into(), id: "v".into(), status: status.to_string() }.to_string()
        };
        assert_eq!(
            volume("delete", VolumeStatus::InUse),
            "Cannot delete volume v while it is in-use. Detach it from its instance first."
        );
        assert!(volume("extend", VolumeStatus::Uploading).ends_with("Wait until that is done, and try again."));
        assert!(volume("transfer", VolumeStatus::ErrorExtending).contains("openstack volume set --state"));
        assert!(volume("delete", VolumeStatus::ErrorExtending).contains("Detach it"), "else it would be deleted");
        let snapshot = Reason::SnapshotState { verb: "copy".into(), id: "s".into(), status: "error".into() };
        assert!(snapshot.to_string().contains("openstack volume snapshot set --state"));
    }
}
