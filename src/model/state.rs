//! The state machine of an instance, and which verb is allowed when: one table for API, pages and tests.

use serde::{Deserialize, Serialize};

use super::Reason;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "control", derive(sqlx::Type), sqlx(type_name = "TEXT"))]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $text)] #[cfg_attr(feature = "control", sqlx(rename = $text))] $variant),*
        }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant),*];
            /// The word that OpenStack uses for it.
            pub fn as_str(self) -> &'static str { match self { $($name::$variant => $text),* } }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.as_str()) }
        }
        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text { $($text => Ok($name::$variant),)* other => Err(format!("{other} is no {}", stringify!($name))) }
            }
        }
        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> { text.parse() }
        }
    };
}
pub(crate) use words;

words! {
    /// The stable state of an instance (`OS-EXT-STS:vm_state`).
    VmState {
        Building = "building", Active = "active", Stopped = "stopped", Paused = "paused",
        Suspended = "suspended", Error = "error", Deleted = "deleted",
    }
}

words! {
    /// What is being done to an instance right now (`OS-EXT-STS:task_state`).
    TaskState {
        Scheduling = "scheduling", BlockDeviceMapping = "block_device_mapping", Networking = "networking",
        Spawning = "spawning", PoweringOn = "powering-on", PoweringOff = "powering-off", Rebooting = "rebooting",
        RebootingHard = "rebooting_hard", Pausing = "pausing", Unpausing = "unpausing", Suspending = "suspending",
        Resuming = "resuming", Rebuilding = "rebuilding", ImageSnapshot = "image_snapshot",
        ImageUploading = "image_uploading", Deleting = "deleting",
    }
}

words! {
    /// What the hypervisor says (`OS-EXT-STS:power_state`), by name.
    PowerState {
        NoState = "NOSTATE", Running = "Running", Paused = "Paused", Shutdown = "Shutdown",
        Crashed = "Crashed", Suspended = "Suspended",
    }
}

impl PowerState {
    /// The number that the compute API shows.
    pub fn code(self) -> u8 {
        match self {
            Self::NoState => 0,
            Self::Running => 1,
            Self::Paused => 3,
            Self::Shutdown => 4,
            Self::Crashed => 6,
            Self::Suspended => 7,
        }
    }
}

words! {
    /// What people see: OpenStack's `status`, derived from vm_state and task_state.
    Status {
        Build = "BUILD", Active = "ACTIVE", Shutoff = "SHUTOFF", Paused = "PAUSED", Suspended = "SUSPENDED",
        Reboot = "REBOOT", HardReboot = "HARD_REBOOT", Rebuild = "REBUILD", Error = "ERROR", Deleted = "DELETED",
    }
}

impl Status {
    /// The status for a stable state and a running task.
    pub fn of(vm: VmState, task: Option<TaskState>) -> Self {
        match (vm, task) {
            (VmState::Building, _) => Self::Build,
            (VmState::Error, _) => Self::Error,
            (VmState::Deleted, _) => Self::Deleted,
            (_, Some(TaskState::Rebooting)) => Self::Reboot,
            (_, Some(TaskState::RebootingHard)) => Self::HardReboot,
            (_, Some(TaskState::Rebuilding)) => Self::Rebuild,
            (VmState::Active, _) => Self::Active,
            (VmState::Stopped, _) => Self::Shutoff,
            (VmState::Paused, _) => Self::Paused,
            (VmState::Suspended, _) => Self::Suspended,
        }
    }
}

words! {
    /// What a person can ask of an instance.
    Verb {
        Start = "start", Stop = "stop", Reboot = "reboot", HardReboot = "hard_reboot", Pause = "pause",
        Unpause = "unpause", Suspend = "suspend", Resume = "resume", Rebuild = "rebuild", CreateImage = "createImage", Delete = "delete",
    }
}

impl Verb {
    /// The task that runs while the verb is carried out, at first.
    pub fn task(self) -> TaskState {
        match self {
            Self::Start => TaskState::PoweringOn,
            Self::Stop => TaskState::PoweringOff,
            Self::Reboot => TaskState::Rebooting,
            Self::HardReboot => TaskState::RebootingHard,
            Self::Pause => TaskState::Pausing,
            Self::Unpause => TaskState::Unpausing,
            Self::Suspend => TaskState::Suspending,
            Self::Resume => TaskState::Resuming,
            Self::Rebuild => TaskState::Rebuilding,
            Self::CreateImage => TaskState::ImageSnapshot,
            Self::Delete => TaskState::Deleting,
        }
    }

    /// Whether that task runs for this verb.
    pub fn runs_as(self, task: TaskState) -> bool {
        task == self.task() || (self == Self::CreateImage && task == TaskState::ImageUploading)
    }

    /// The state that an instance has when the verb has succeeded; one that is rebuilt while it is stopped is still stopped.
    pub fn outcome(self, before: VmState) -> VmState {
        match self {
            Self::CreateImage => before,
            Self::Rebuild if before == VmState::Stopped => VmState::Stopped,
            Self::Start | Self::Reboot | Self::HardReboot | Self::Unpause | Self::Resume | Self::Rebuild => {
                VmState::Active
            }
            Self::Stop => VmState::Stopped,
            Self::Pause => VmState::Paused,
            Self::Suspend => VmState::Suspended,
            Self::Delete => VmState::Deleted,
        }
    }

    fn allowed_in(self, vm: VmState) -> bool {
        use VmState::*;
        match self {
            Self::Start => matches!(vm, Stopped),
            Self::Stop => matches!(vm, Active | Error),
            Self::Reboot => matches!(vm, Active),
            Self::HardReboot => matches!(vm, Active | Stopped | Paused | Suspended | Error),
            Self::Pause => matches!(vm, Active),
            Self::Unpause => matches!(vm, Paused),
            Self::Suspend => matches!(vm, Active),
            Self::Resume => matches!(vm, Suspended),
            Self::Rebuild => matches!(vm, Active | Stopped | Error),
            Self::CreateImage => matches!(vm, Active | Stopped | Paused | Suspended),
            Self::Delete => !matches!(vm, Deleted),
        }
    }

    /// Whether the verb may start now. `placed` says that a host holds the instance.
    ///
    /// Delete goes through any task but another delete; everything else waits for the running task.
    ///
    /// # Errors
    /// [`Reason::Busy`] while another task runs, [`Reason::InvalidState`] where the state forbids it.
    pub fn check(self, id: &str, vm: VmState, task: Option<TaskState>, placed: bool) -> Result<(), Reason> {
        match task {
            Some(task) if self != Self::Delete || task == TaskState::Deleting => {
                return Err(Reason::Busy { verb: self.to_string(), id: id.to_owned(), task: task.to_string() });
            }
            _ => {}
        }
        if self.allowed_in(vm) && (placed || self == Self::Delete) {
            Ok(())
        } else {
            Err(Reason::InvalidState {
                verb: self.to_string(),
                id: id.to_owned(),
                status: Status::of(vm, task).to_string(),
            })
        }
    }
}

/// Whether NICs may come or go now; `action` names the change in the refusal.
///
/// # Errors
/// As [`Verb::check`].
pub fn check_nics_may_change(action: &str, id: &str, vm: VmState, task: Option<TaskState>) -> Result<(), Reason> {
    let (verb, id) = (action.to_owned(), id.to_owned());
    match task {
        Some(task) => Err(Reason::Busy { verb, id, task: task.to_string() }),
        None if matches!(vm, VmState::Active | VmState::Paused | VmState::Stopped) => Ok(()),
        None => Err(Reason::InvalidState { verb, id, status: Status::of(vm, task).to_string() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back_as_themselves() {
        for verb in Verb::ALL {
            assert_eq!(verb.as_str().parse::<Verb>().as_ref(), Ok(verb));
        }
        for state in TaskState::ALL {
            assert_eq!(state.as_str().parse::<TaskState>().as_ref(), Ok(state));
        }
    }

    #[test]
    fn delete_interrupts_any_task_but_a_delete() {
        for task in TaskState::ALL {
            let verdict = Verb::Delete.check("x", VmState::Active, Some(*task), true);
            assert_eq!(verdict.is_ok(), *task != TaskState::Deleting, "{task}");
        }
    }

    #[test]
    fn an_unplaced_instance_can_only_be_deleted() {
        for verb in Verb::ALL {
            let verdict = verb.check("x", VmState::Error, None, false);
            assert_eq!(verdict.is_ok(), *verb == Verb::Delete, "{verb}");
        }
    }

    #[test]
    fn an_allowed_verb_never_starts_from_a_state_that_it_would_leave_unchanged_by_accident() {
        for verb in [Verb::Start, Verb::Stop, Verb::Pause, Verb::Unpause, Verb::Suspend, Verb::Resume] {
            assert!(verb.check("x", verb.outcome(VmState::Active), None, true).is_err(), "{verb}");
        }
    }
}
