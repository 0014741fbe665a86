//! The bus over RabbitMQ.

mod faults;
mod hostile;
mod proxy;
mod server;

use super::*;
use crate::bus::amqp::AmqpBus;
use crate::bus::amqp::testing::Rabbit;

struct OnRabbit {
    // First, so that it is closed before its virtual host is removed.
    bus: AmqpBus,
    rabbit: Rabbit,
}

impl OnRabbit {
    async fn new() -> Self {
        let rabbit = Rabbit::new().await;
        Self { bus: rabbit.control().await, rabbit }
    }
}

#[async_trait]
impl Bench for OnRabbit {
    fn bus(&self) -> &dyn Bus {
        &self.bus
    }

    async fn dead_letters(&self) -> Vec<(Topic, String)> {
        let letters = self.rabbit.dead_letters().await;
        letters.into_iter().map(|letter| (letter.topic, letter.why)).collect()
    }
}

contract! {
    [#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]]
    OnRabbit::new().await
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_cast_is_safe_when_the_broker_has_it() {
    let bench = OnRabbit::new().await;
    bench.bus.cast(&topic(), message(1)).await.unwrap().await.unwrap();
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_cast_into_nothing_is_an_error_and_its_publisher_keeps_it() {
    let bench = OnRabbit::new().await;
    let topic = Topic::compute("gone");
    bench.bus.cast(&topic, message(1)).await.unwrap().await.unwrap();
    bench.bus.remove_host("gone").await.unwrap();
    let lost = bench.bus.cast(&topic, message(2)).await.unwrap().await;
    assert!(matches!(lost, Err(BusError::Unroutable(named)) if named == topic.as_str()));
    bench.bus.cast(&topic, message(2)).await.unwrap().await.unwrap();
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn an_abandoned_question_is_not_worked_on() {
    let bench = OnRabbit::new().await;
    // A question to control waits for a consumer to come back.
    let asked = bench.bus.call(&Topic::conductor(), message(1), SOON).await;
    assert!(matches!(asked, Err(BusError::Timeout { .. })));
    // The broker counts from when it had the question, which may be a little later.
    tokio::time::sleep(30 * SOON).await;
    let (desk, mut mail) = desk();
    let _consumer = bench.bus.consume(Topic::conductor(), 1, desk).await.unwrap();
    let topic = Topic::conductor();
    let later = bench.bus.call(&topic, message(2), LONG);
    let decide = async {
        let (envelope, answer) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, json!(2));
        answer.send(done()).unwrap();
    };
    let (answer, ()) = tokio::join!(later, decide);
    answer.unwrap();
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn dead_letters_can_be_delivered_again_or_thrown_away() {
    use crate::bus::amqp::{DeadLetters, Which};
    struct Refuses;
    #[async_trait]
    impl Handler for Refuses {
        async fn handle(&self, _: Envelope) -> Outcome {
            Outcome::Retry("not today".into())
        }
    }
    let bench = OnRabbit::new().await;
    let topic = topic();
    let refusing = bench.bus.consume(topic.clone(), 1, Arc::new(Refuses)).await.unwrap();
    let sent: Vec<Envelope> = (0..3).map(|_| Envelope::new("req-1", &json!({ "do": "build", "token": "t" }))).collect();
    for message in &sent {
        drop(bench.bus.cast(&topic, message.clone()).await.unwrap());
    }
    let settings = &bench.rabbit.settings;
    while bench.rabbit.dead_letters().await.len() < sent.len() {
        tokio::time::sleep(SOON).await;
    }
    drop(refusing);
    let letters = bench.rabbit.dead_letters().await;
    assert_eq!(
        letters.iter().map(|letter| &letter.id).collect::<Vec<_>>(),
        sent.iter().map(|m| &m.id).collect::<Vec<_>>()
    );
    assert_eq!((letters[0].what.as_str(), letters[0].request_id.as_str()), ("build", "req-1"));
    assert!(letters[0].at.is_some());

    let open = async || DeadLetters::open(settings).await.unwrap();
    let dropped = open().await.drop(&Which::Id(sent[0].id.clone())).await.unwrap();
    assert_eq!(dropped, letters[..1]);
    let retried = open().await.retry(&Which::Id(sent[2].id.clone())).await.unwrap();
    assert_eq!(retried, letters[2..]);
    let (desk, mut mail) = desk();
    let _consumer = bench.bus.consume(topic, 1, desk).await.unwrap();
    let (again, answer) = mail.recv().await.unwrap();
    assert_eq!(again, sent[2]);
    answer.send(done()).unwrap();
    assert_eq!(bench.rabbit.dead_letters().await, letters[1..2]);
}
