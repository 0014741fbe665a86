//! The 29 steps of a launch, and the rows of an instance's timeline.

use serde::{Deserialize, Serialize};

use super::{InstanceId, ProjectId, Reason, Timestamp, UserId, state::words};

words! {
    /// The parts of Arcus that take part in a launch.
    System {
        Dashboard = "dashboard", Identity = "identity", ComputeApi = "compute-api", Database = "database",
        Bus = "bus", Scheduler = "scheduler", Conductor = "conductor", Agent = "agent", Image = "image",
        Network = "network", Volume = "volume", Hypervisor = "hypervisor",
    }
}

words! {
    /// How a step stands.
    StepResult { Running = "running", Done = "done", Failed = "failed", Undone = "undone" }
}

/// A step of the launch flow, 1 to 29. The numbers are those of the product's launch flow description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Step(u8);

macro_rules! steps {
    ($($(#[$doc:meta])* $number:literal $name:ident $from:ident -> $to:ident;)*) => {
        impl Step {
            $($(#[$doc])* pub const $name: Step = Step($number);)*

            /// All of them, in order.
            pub const ALL: &'static [Step] = &[$(Step($number)),*];

            /// Who speaks to whom in this step.
            pub fn between(self) -> (System, System) {
                match self.0 { $($number => (System::$from, System::$to),)* _ => (System::ComputeApi, System::ComputeApi) }
            }

            /// The step's constant name in lower case, as stored and as key for translations.
            pub fn key(self) -> &'static str {
                match self.0 { $($number => stringify!($name),)* _ => "" }
            }
        }
    };
}

steps! {
    /// The login page was shown.
    1 LOGIN_PAGE Dashboard -> Dashboard;
    /// Identity checked the password and issued the token.
    2 TOKEN_ISSUED Dashboard -> Identity;
    /// The request, the configuration and the token reached the compute API.
    3 REQUEST_TAKEN Dashboard -> ComputeApi;
    /// The compute API asks identity whether the token is good.
    4 TOKEN_ASKED ComputeApi -> Identity;
    /// Identity looked the token's user, project and roles up and answered.
    5 TOKEN_ANSWERED Identity -> ComputeApi;
    /// The compute API writes the instance down.
    6 INSTANCE_WRITTEN ComputeApi -> Database;
    /// The database confirmed.
    7 WRITE_CONFIRMED Database -> ComputeApi;
    /// The message "create this instance" was published.
    8 ANNOUNCED ComputeApi -> Bus;
    /// The scheduler took the message.
    9 SCHEDULER_TOOK Bus -> Scheduler;
    /// The scheduler asks what the instance needs.
    10 NEEDS_ASKED Scheduler -> Database;
    /// The database answered.
    11 NEEDS_ANSWERED Database -> Scheduler;
    /// A host was chosen and claimed, and a message addressed to it.
    12 HOST_CHOSEN Scheduler -> Bus;
    /// The agent on that host took its message.
    13 AGENT_TOOK Bus -> Agent;
    /// The agent asks the conductor for the configuration.
    14 CONFIGURATION_ASKED Agent -> Bus;
    /// The conductor took the question.
    15 CONDUCTOR_TOOK Bus -> Conductor;
    /// The conductor asks the database.
    16 CONDUCTOR_ASKED Conductor -> Database;
    /// The database answered the conductor.
    17 CONDUCTOR_ANSWERED Database -> Conductor;
    /// The conductor put the configuration on the bus.
    18 CONFIGURATION_SENT Conductor -> Bus;
    /// The agent received the configuration.
    19 CONFIGURATION_RECEIVED Bus -> Agent;
    /// The agent asks the image service, showing the token.
    20 IMAGE_ASKED Agent -> Image;
    /// The image service had identity validate the token.
    21 IMAGE_TOKEN_CHECKED Image -> Identity;
    /// The image is in the host's cache and verified.
    22 IMAGE_RECEIVED Image -> Agent;
    /// The agent asks the network service, showing the token.
    23 NETWORK_ASKED Agent -> Network;
    /// The network service had identity validate the token.
    24 NETWORK_TOKEN_CHECKED Network -> Identity;
    /// Ports, addresses and the host's wiring are ready.
    25 NETWORK_RECEIVED Network -> Agent;
    /// The agent asks the volume service, showing the token.
    26 VOLUMES_ASKED Agent -> Volume;
    /// The volume service had identity validate the token.
    27 VOLUME_TOKEN_CHECKED Volume -> Identity;
    /// The volume service answered.
    28 VOLUMES_RECEIVED Volume -> Agent;
    /// libvirt defined and started the domain.
    29 DOMAIN_STARTED Agent -> Hypervisor;
}

impl Step {
    /// What traces call it.
    pub fn span(self) -> String {
        format!("step {} {}", self.0, self.key())
    }

    /// The step's number, 1 to 29.
    pub fn number(self) -> u8 {
        self.0
    }

    /// The step of that number, or none outside 1 to 29.
    pub fn new(number: u8) -> Option<Self> {
        (1..=29).contains(&number).then_some(Self(number))
    }
}

/// One row of an instance's timeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepEvent {
    pub instance_id: InstanceId,
    pub request_id: String,
    /// `create` for a launch, else the verb (`start`, `delete`, …).
    pub action: String,
    /// The launch step, or none for a verb's single row.
    pub step: Option<Step>,
    /// Where it happened: a compute host, or none for the control side.
    pub host: Option<String>,
    pub result: StepResult,
    pub started_at: Timestamp,
    pub finished_at: Option<Timestamp>,
    /// Facts worth showing, such as `10.0.0.5 fa:16:3e:…` or `cached` or `412 kB`; untranslated.
    pub detail: Option<String>,
    /// Why it failed, where it did.
    pub fault: Option<Reason>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_29_steps_numbered_in_order() {
        let numbers: Vec<u8> = Step::ALL.iter().map(|step| step.number()).collect();
        assert_eq!(numbers, (1..=29).collect::<Vec<_>>());
        assert_eq!(Step::new(0), None);
        assert_eq!(Step::new(30), None);
    }
}

/// Who made a request on an instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "control", derive(sqlx::FromRow))]
pub struct Asked {
    pub request_id: String,
    pub user_id: UserId,
    pub project_id: ProjectId,
}
