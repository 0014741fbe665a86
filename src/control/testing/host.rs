//! A host that there is not: it says what a real one would say.

use std::sync::Arc;

use async_trait::async_trait;

use super::Cloud;
use crate::bus::contract::{ComputeMessage, ConductorMessage, ConsoleLog, SchedulerMessage};
use crate::bus::{self, Consumer, Envelope, Handler, Outcome, Sender, Topic};
use crate::control::compute::{Conductor, Scheduler};
use crate::control::store::db;
use crate::model::state::{PowerState, VmState};
use crate::model::{InstanceId, Reason};

/// Does at once whatever it is told.
struct Willing;

#[async_trait]
impl Handler for Willing {
    async fn handle(&self, message: Envelope) -> Outcome {
        match message.open() {
            Ok(ComputeMessage::ConsoleLog { .. }) => bus::answer(&ConsoleLog { text: "login:\n".into() }),
            Ok(_) => bus::answer(&()),
            Err(error) => Outcome::Retry(error.to_string()),
        }
    }
}

impl Cloud {
    /// Says something to the conductor, as an agent does.
    pub async fn tell(&self, message: ConductorMessage) -> Result<serde_json::Value, Reason> {
        self.tell_as(Sender::Inside, message).await
    }

    /// Says something to the conductor, as whom the bus knows.
    pub async fn tell_as(&self, sender: Sender, message: ConductorMessage) -> Result<serde_json::Value, Reason> {
        let conductor = Conductor::new(self.services.shared.clone());
        match conductor.handle(Envelope { sender, ..Envelope::new("req-agent", &message) }).await {
            Outcome::Done(answer) => answer,
            Outcome::Retry(why) | Outcome::Later(why) => panic!("{why}"),
        }
    }

    /// Hands the scheduler the message of the instance's launch.
    pub async fn schedule(&self, id: &InstanceId) {
        let request_id = self.launch_request(id).await;
        let message =
            SchedulerMessage::Place { instance_id: id.clone(), request_id: request_id.clone(), token: "secret".into() };
        let scheduler = Scheduler::new(self.services.shared.clone());
        let outcome = scheduler.handle(Envelope::new(&request_id, &message)).await;
        assert!(matches!(outcome, Outcome::Done(Ok(_))), "{outcome:?}");
    }

    /// The instance gets a host, which says that it runs.
    pub async fn start(&self, id: &InstanceId, host: &str) {
        self.schedule(id).await;
        let message = ConductorMessage::Settled {
            host: host.into(),
            instance_id: id.clone(),
            request_id: self.launch_request(id).await,
            vm_state: VmState::Active,
            power_state: PowerState::Running,
        };
        self.tell(message).await.unwrap();
    }

    /// From now on the host answers what it is asked.
    pub async fn willing_host(&self, host: &str) -> Consumer {
        self.services.shared.bus.consume(Topic::compute(host), 1, Arc::new(Willing)).await.unwrap()
    }

    pub async fn launch_request(&self, id: &InstanceId) -> String {
        let sql = "SELECT request_id FROM instances WHERE id = $1";
        db::query_scalar(sql).bind(id).fetch_one(self.services.shared.db.read()).await.unwrap()
    }
}
