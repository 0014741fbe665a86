//! What every bus must keep. Each case takes a bus that it has to itself; [`contract`] makes a test of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::sync::{Barrier, mpsc, oneshot};

use super::*;

/// Longer than any case takes; it ends a broken one.
const LONG: Duration = Duration::from_secs(30);

/// Turns every case into a test of the bus that `$make` gives.
macro_rules! contract {
    ($make:expr; $($case:ident)*) => {$(
        #[tokio::test]
        async fn $case() {
            let bus = $make;
            tokio::time::timeout(LONG, super::$case(&bus)).await.expect("the case never ended");
        }
    )*};
}

mod memory_bus {
    use super::*;

    contract! { memory::MemoryBus::new();
        messages_arrive_in_order
        a_dropped_consumers_message_goes_to_another
        a_retried_message_comes_again_before_the_next
        the_same_message_cast_twice_arrives_twice_under_one_id
        a_call_brings_the_answer_or_the_refusal
        a_call_that_nobody_answers_times_out
        a_call_without_a_consumer_is_unroutable
        a_cast_waits_for_its_first_consumer
        a_message_of_an_unknown_version_is_refused
        consumers_of_one_topic_compete
        no_more_than_prefetch_are_in_hand
    }

    #[tokio::test]
    async fn a_cast_is_safe_only_when_its_handler_has_finished() {
        let bus = memory::MemoryBus::new();
        let topic = Topic::scheduler();
        let (desk, mut mail) = desk();
        let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
        let confirmation = bus.cast(&topic, message(1)).await.unwrap();
        let mut confirmation = tokio::spawn(confirmation);
        let (_, answer) = mail.recv().await.unwrap();
        assert!(futures::poll!(&mut confirmation).is_pending());
        answer.send(done()).unwrap();
        confirmation.await.unwrap().unwrap();
    }

    #[tokio::test]
    async fn what_nobody_can_handle_becomes_a_dead_letter_and_lets_the_next_through() {
        let bus = memory::MemoryBus::new();
        let topic = Topic::scheduler();
        let (desk, mut mail) = desk();
        let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
        let first = bus.cast(&topic, message(1)).await.unwrap();
        let _second = bus.cast(&topic, message(2)).await.unwrap();
        for _ in 0..MAX_DELIVERIES {
            let (envelope, answer) = mail.recv().await.unwrap();
            assert_eq!(envelope.payload, json!(1));
            answer.send(Outcome::Retry("not today".into())).unwrap();
        }
        assert_eq!(mail.recv().await.unwrap().0.payload, json!(2));
        first.await.unwrap();
        let dead = bus.dead_letters();
        assert_eq!(dead.len(), 1);
        assert_eq!((dead[0].envelope.payload.clone(), dead[0].why.as_str()), (json!(1), "not today"));
    }

    #[tokio::test]
    async fn a_message_that_kills_its_handler_becomes_a_dead_letter() {
        struct Panics;
        #[async_trait]
        impl Handler for Panics {
            async fn handle(&self, _: Envelope) -> Outcome {
                panic!("on purpose");
            }
        }
        let bus = memory::MemoryBus::new();
        let _consumer = bus.consume(Topic::scheduler(), 1, Arc::new(Panics)).await.unwrap();
        bus.cast(&Topic::scheduler(), message(1)).await.unwrap().await.unwrap();
        assert_eq!(bus.dead_letters().len(), 1);
    }

    #[tokio::test]
    async fn a_closed_bus_takes_nothing_and_says_so_to_those_who_wait() {
        let bus = memory::MemoryBus::new();
        let waiting = bus.cast(&Topic::scheduler(), message(1)).await.unwrap();
        bus.close();
        assert!(matches!(waiting.await, Err(BusError::Closed(_))));
        assert!(matches!(bus.cast(&Topic::scheduler(), message(2)).await, Err(BusError::Closed(_))));
        let (desk, _mail) = desk();
        assert!(matches!(bus.consume(Topic::scheduler(), 1, desk).await, Err(BusError::Closed(_))));
    }
}

type Mail = mpsc::UnboundedReceiver<(Envelope, oneshot::Sender<Outcome>)>;

/// A handler that lets the test look at each message and decide on its outcome.
struct Desk(mpsc::UnboundedSender<(Envelope, oneshot::Sender<Outcome>)>);

#[async_trait]
impl Handler for Desk {
    async fn handle(&self, message: Envelope) -> Outcome {
        let (answer, decided) = oneshot::channel();
        let _ = self.0.send((message, answer));
        decided.await.unwrap_or(Outcome::Retry("the test has gone".into()))
    }
}

fn desk() -> (Arc<Desk>, Mail) {
    let (sender, mail) = mpsc::unbounded_channel();
    (Arc::new(Desk(sender)), mail)
}

/// A topic that no other case uses, also on a bus that outlives the test.
fn topic() -> Topic {
    Topic::compute(&uuid::Uuid::new_v4().to_string())
}

fn message(content: u32) -> Envelope {
    Envelope::new("req-test", &content)
}

fn done() -> Outcome {
    Outcome::Done(Ok(json!(null)))
}

async fn messages_arrive_in_order(bus: &dyn Bus) {
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    for number in 0..20 {
        drop(bus.cast(&topic, message(number)).await.unwrap());
    }
    for number in 0..20 {
        let (envelope, answer) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, json!(number));
        answer.send(done()).unwrap();
    }
}

async fn a_dropped_consumers_message_goes_to_another(bus: &dyn Bus) {
    let topic = topic();
    let (first_desk, mut first_mail) = desk();
    let first = bus.consume(topic.clone(), 1, first_desk).await.unwrap();
    let sent = message(1);
    let confirmation = bus.cast(&topic, sent.clone()).await.unwrap();
    drop(bus.cast(&topic, message(2)).await.unwrap());
    let (seen, _unanswered) = first_mail.recv().await.unwrap();
    assert_eq!(seen, sent);
    drop(first);

    let (second_desk, mut second_mail) = desk();
    let _second = bus.consume(topic.clone(), 1, second_desk).await.unwrap();
    let (again, answer) = second_mail.recv().await.unwrap();
    // It may be the second message first only if the first is still being put back; then it comes right after.
    let (again, answer) = if again == sent {
        (again, answer)
    } else {
        answer.send(done()).unwrap();
        second_mail.recv().await.unwrap()
    };
    assert_eq!(again, sent);
    answer.send(done()).unwrap();
    confirmation.await.unwrap();
}

async fn a_retried_message_comes_again_before_the_next(bus: &dyn Bus) {
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    drop(bus.cast(&topic, message(1)).await.unwrap());
    drop(bus.cast(&topic, message(2)).await.unwrap());
    let (first, answer) = mail.recv().await.unwrap();
    answer.send(Outcome::Retry("later".into())).unwrap();
    let (again, answer) = mail.recv().await.unwrap();
    assert_eq!(again, first);
    answer.send(done()).unwrap();
    assert_eq!(mail.recv().await.unwrap().0.payload, json!(2));
}

async fn the_same_message_cast_twice_arrives_twice_under_one_id(bus: &dyn Bus) {
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 2, desk).await.unwrap();
    let sent = message(1);
    drop(bus.cast(&topic, sent.clone()).await.unwrap());
    drop(bus.cast(&topic, sent.clone()).await.unwrap());
    for _ in 0..2 {
        let (envelope, answer) = mail.recv().await.unwrap();
        assert_eq!(envelope.id, sent.id);
        answer.send(done()).unwrap();
    }
}

async fn a_call_brings_the_answer_or_the_refusal(bus: &dyn Bus) {
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    let refusal = Reason::Required { field: "name".into() };
    let decide = async {
        mail.recv().await.unwrap().1.send(answer(&"well")).unwrap();
        mail.recv().await.unwrap().1.send(Outcome::Done(Err(refusal.clone()))).unwrap();
    };
    let ask_twice = async {
        assert_eq!(ask::<String>(bus, &topic, "req-test", &1, LONG).await.unwrap(), "well");
        let refused = ask::<String>(bus, &topic, "req-test", &2, LONG).await;
        assert!(matches!(refused, Err(BusError::Refused(reason)) if reason == refusal));
    };
    tokio::join!(decide, ask_twice);
}

async fn a_call_that_nobody_answers_times_out(bus: &dyn Bus) {
    let topic = topic();
    let (desk, _mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    let answer = bus.call(&topic, message(1), Duration::from_millis(20)).await;
    assert!(matches!(answer, Err(BusError::Timeout { topic: named, .. }) if named == topic.as_str()));
}

async fn a_call_without_a_consumer_is_unroutable(bus: &dyn Bus) {
    let topic = topic();
    assert!(matches!(bus.call(&topic, message(1), LONG).await, Err(BusError::Unroutable(_))));
    let (desk, _mail) = desk();
    drop(bus.consume(topic.clone(), 1, desk).await.unwrap());
    assert!(matches!(bus.call(&topic, message(1), LONG).await, Err(BusError::Unroutable(_))));
}

async fn a_cast_waits_for_its_first_consumer(bus: &dyn Bus) {
    let topic = topic();
    let confirmation = bus.cast(&topic, message(1)).await.unwrap();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    mail.recv().await.unwrap().1.send(done()).unwrap();
    confirmation.await.unwrap();
}

async fn a_message_of_an_unknown_version_is_refused(bus: &dyn Bus) {
    struct Opens;
    #[async_trait]
    impl Handler for Opens {
        async fn handle(&self, message: Envelope) -> Outcome {
            match message.open::<u32>() {
                Ok(content) => answer(&content),
                Err(error) => Outcome::Done(Err(error.into())),
            }
        }
    }
    let topic = topic();
    let _consumer = bus.consume(topic.clone(), 1, Arc::new(Opens)).await.unwrap();
    let future = Envelope { version: CONTRACT_VERSION + 1, ..message(1) };
    assert!(matches!(bus.call(&topic, future, LONG).await, Err(BusError::Refused(Reason::Unavailable { .. }))));
    assert_eq!(bus.call(&topic, message(1), LONG).await.unwrap(), json!(1));
}

async fn consumers_of_one_topic_compete(bus: &dyn Bus) {
    let topic = topic();
    let (one_desk, mut one_mail) = desk();
    let (other_desk, mut other_mail) = desk();
    let _one = bus.consume(topic.clone(), 1, one_desk).await.unwrap();
    let _other = bus.consume(topic.clone(), 1, other_desk).await.unwrap();
    drop(bus.cast(&topic, message(1)).await.unwrap());
    drop(bus.cast(&topic, message(2)).await.unwrap());
    // Each holds one unanswered, so neither could have taken both.
    let (one, other) = tokio::join!(one_mail.recv(), other_mail.recv());
    assert_ne!(one.unwrap().0.id, other.unwrap().0.id);
}

async fn no_more_than_prefetch_are_in_hand(bus: &dyn Bus) {
    const PREFETCH: usize = 2;
    struct Counts {
        in_hand: AtomicUsize,
        most: AtomicUsize,
        pair: Barrier,
    }
    #[async_trait]
    impl Handler for Counts {
        async fn handle(&self, _: Envelope) -> Outcome {
            let now = self.in_hand.fetch_add(1, Ordering::SeqCst) + 1;
            self.most.fetch_max(now, Ordering::SeqCst);
            // Only passes with two in hand at once.
            self.pair.wait().await;
            self.in_hand.fetch_sub(1, Ordering::SeqCst);
            done()
        }
    }
    let topic = topic();
    let counts =
        Arc::new(Counts { in_hand: AtomicUsize::new(0), most: AtomicUsize::new(0), pair: Barrier::new(PREFETCH) });
    let mut confirmations = Vec::new();
    for number in 0..20 {
        confirmations.push(bus.cast(&topic, message(number)).await.unwrap());
    }
    let _consumer = bus.consume(topic.clone(), PREFETCH, counts.clone()).await.unwrap();
    futures::future::try_join_all(confirmations).await.unwrap();
    assert_eq!(counts.most.load(Ordering::SeqCst), PREFETCH);
}
