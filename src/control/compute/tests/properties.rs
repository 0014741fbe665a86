//! Whatever happens, in whatever order and how often: nothing is held by nobody, and nothing is promised twice.

use proptest::prelude::*;

use super::*;
use crate::control::workflow::reconcile;
use crate::model::state::Verb;

/// More than one instance fits, but not all of them.
const RAM_MB: i64 = 150;

#[derive(Debug, Clone)]
enum Event {
    Launch,
    Schedule(usize),
    MakePort(usize),
    Settle(usize),
    Fail(usize),
    FailForeign(usize),
    Act(usize, Verb),
    Restart,
    LoseMessages,
}

fn event() -> impl Strategy<Value = Event> {
    let which = 0usize..4;
    prop_oneof![
        Just(Event::Launch),
        which.clone().prop_map(Event::Schedule),
        which.clone().prop_map(Event::Schedule),
        which.clone().prop_map(Event::MakePort),
        which.clone().prop_map(Event::Settle),
        which.clone().prop_map(Event::Fail),
        which.clone().prop_map(Event::FailForeign),
        (which.clone(), prop::sample::select(Verb::ALL.to_vec())).prop_map(|(which, verb)| Event::Act(which, verb)),
        which.prop_map(|which| Event::Act(which, Verb::Delete)),
        Just(Event::Restart),
        Just(Event::LoseMessages),
    ]
}

impl Bench {
    async fn happens(&self, launched: &mut Vec<InstanceId>, event: Event) {
        let pick = |which: usize| launched.get(which % launched.len().max(1)).cloned();
        match event {
            Event::Launch => launched.push(self.launched(&format!("vm-{}", launched.len()), 64).await),
            Event::Schedule(which) => {
                if let Some(id) = pick(which) {
                    self.schedule(&id).await;
                }
            }
            Event::MakePort(which) => {
                // An agent makes ports only for an instance that it is building.
                let Some(id) = pick(which) else { return };
                let instance = self.find(&id).await;
                if instance.is_some_and(|found| found.vm_state == VmState::Building && found.host.is_some()) {
                    self.port(&id).await;
                }
            }
            Event::Settle(which) => {
                let Some(id) = pick(which) else { return };
                let Some(instance) = self.find(&id).await else { return };
                let Some(request) = self.task_request(&id).await else { return };
                let verb = Verb::ALL.iter().find(|verb| instance.task_state.is_some_and(|task| verb.runs_as(task)));
                let outcome = verb.map_or(VmState::Active, |verb| verb.outcome(instance.vm_state));
                let _ = self.settled(&id, &request, outcome, PowerState::Running).await;
            }
            Event::Fail(which) => {
                let Some(id) = pick(which) else { return };
                let Some(instance) = self.find(&id).await else { return };
                let Some(request) = self.task_request(&id).await else { return };
                let _ = self.failed(&id, &request, instance.vm_state).await;
            }
            Event::FailForeign(which) => {
                if let Some(id) = pick(which) {
                    let _ = self.failed(&id, "req-foreign", VmState::Error).await;
                }
            }
            Event::Act(which, verb) if verb != Verb::Rebuild => {
                let Some(id) = pick(which) else { return };
                let ctx = self.asking(&crate::control::context::new_request_id());
                let _ = self.cloud.services.compute.act(&ctx, &id, verb, None).await;
            }
            Event::Act(..) => {}
            Event::Restart => reconcile::at_start(self.shared()).await,
            Event::LoseMessages => self.outbox_emptied().await,
        }
    }

    /// What must hold after every single event.
    async fn check(&self) {
        const LEAKED_ROOM: &str = "SELECT count(*) FROM allocations a WHERE NOT EXISTS (SELECT 1 FROM instances i \
            WHERE i.id = a.instance_id AND i.host = a.host AND i.deleted_at IS NULL)";
        const HOMELESS: &str = "SELECT count(*) FROM instances i WHERE i.host IS NOT NULL AND i.deleted_at IS NULL \
            AND NOT EXISTS (SELECT 1 FROM allocations a WHERE a.instance_id = i.id AND a.host = i.host)";
        const LEAKED_PORTS: &str = "SELECT count(*) FROM ports p WHERE NOT EXISTS (SELECT 1 FROM instances i \
            WHERE i.id = p.device_id AND i.host IS NOT NULL AND i.deleted_at IS NULL)";
        const USED: &str = "SELECT CAST(coalesce(sum(ram_mb), 0) AS BIGINT) FROM allocations";
        assert_eq!(self.count(LEAKED_ROOM).await, 0, "room without an instance");
        assert_eq!(self.count(HOMELESS).await, 0, "an instance without room");
        assert_eq!(self.count(LEAKED_PORTS).await, 0, "a port without an instance");
        assert!((0..=RAM_MB).contains(&self.count(USED).await), "more promised than there is");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_ever_held_by_nobody(events in prop::collection::vec(event(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let bench = Bench::new().await;
            bench.host(HOST, RAM_MB).await;
            let mut launched = Vec::new();
            for event in events {
                bench.happens(&mut launched, event).await;
                bench.check().await;
            }
            // With every message lost and everybody restarted, nothing is left in the middle of anything.
            bench.outbox_emptied().await;
            reconcile::at_start(bench.shared()).await;
            bench.check().await;
            let stuck = bench.count("SELECT count(*) FROM instances WHERE task_state IS NOT NULL AND deleted_at IS NULL");
            assert_eq!(stuck.await, 0);
        });
    }
}
