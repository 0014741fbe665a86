//! What a captured host can do with its credentials. It speaks AMQP by itself, not by way of our client.
//!
//! One thing RabbitMQ lets everybody in a virtual host do: a passive declaration says of any queue that there is one, how
//! many messages wait in it, and how many consume.

use lapin::message::Delivery;
use lapin::options::*;
use lapin::types::{AMQPValue, FieldTable};
use lapin::{BasicProperties, Channel, Connection, ConnectionProperties, ErrorKind, ExchangeKind};

use super::*;
use crate::bus::BusSettings;
use crate::bus::amqp::{DeadLetters, Which};

const REFUSED: u16 = 403;

/// A cloud with two hosts, of which one is captured. Users are the whole broker's, so each test has its own two.
struct Captured {
    me: String,
    them: String,
    control: AmqpBus,
    other: AmqpBus,
    connection: Connection,
    rabbit: Rabbit,
}

impl Captured {
    async fn new() -> Self {
        let rabbit = Rabbit::new().await;
        let control = rabbit.control().await;
        let number = uuid::Uuid::new_v4().simple().to_string();
        let (me, them) = (format!("one.{number}"), format!("two.{number}"));
        let settings = rabbit.host(&control, &me).await;
        let other = AmqpBus::connect(&rabbit.host(&control, &them).await).await.unwrap();
        Self { connection: connect(&settings).await, me, them, control, other, rabbit }
    }

    async fn channel(&self) -> Channel {
        self.connection.create_channel().await.unwrap()
    }

    /// The properties of a message that it sends.
    fn properties(&self, kind: &str) -> BasicProperties {
        let user = Sender::user_of_host(&self.me);
        BasicProperties::default().with_type(kind.into()).with_user_id(user.into()).with_message_id("m".into())
    }

    fn own_reply_queue(&self) -> String {
        format!("reply.host.{}.{}", self.me, uuid::Uuid::new_v4().simple())
    }

    /// What the broker says to a publication: a code, or none if it took it.
    async fn publish(&self, exchange: &str, key: &str, properties: BasicProperties, body: &[u8]) -> Option<u16> {
        let channel = self.channel().await;
        channel.confirm_select(ConfirmSelectOptions::default()).await.unwrap();
        let options = BasicPublishOptions { mandatory: true, ..BasicPublishOptions::default() };
        let sent = channel.basic_publish(exchange.into(), key.into(), options, body, properties).await.unwrap();
        code(sent.await)
    }

    async fn get(&self, queue: &str) -> Option<Delivery> {
        let options = BasicGetOptions { no_ack: true };
        let got = self.channel().await.basic_get(queue.into(), options).await.unwrap();
        got.map(|got| got.delivery)
    }
}

async fn connect(settings: &BusSettings) -> Connection {
    Connection::connect(&settings.url, ConnectionProperties::default()).await.unwrap()
}

fn code<T>(result: lapin::Result<T>) -> Option<u16> {
    match result.err()?.kind() {
        ErrorKind::ProtocolError(error) => Some(error.get_id()),
        other => panic!("{other:?}"),
    }
}

fn body(content: u32) -> Vec<u8> {
    serde_json::to_vec(&message(content)).unwrap()
}

fn longstr(text: &str) -> AMQPValue {
    AMQPValue::LongString(text.into())
}

fn table<const N: usize>(entries: [(&str, AMQPValue); N]) -> FieldTable {
    let mut table = FieldTable::default();
    for (name, value) in entries {
        table.insert(name.into(), value);
    }
    table
}

/// Nothing but control's messages reaches the conductor's handler and those of host2 from now on.
async fn nothing_comes_before(captured: &Captured, mail: &mut Mail, topic: &Topic) {
    drop(captured.control.cast(topic, message(99)).await.unwrap());
    let (envelope, answer) = mail.recv().await.unwrap();
    answer.send(done()).unwrap();
    assert_eq!((envelope.payload, envelope.sender), (json!(99), Sender::Inside));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn every_queue_but_its_own_is_closed_to_it() {
    let captured = Captured::new().await;
    let Captured { me, them, .. } = &captured;
    let number = uuid::Uuid::new_v4().simple();
    let queues = [
        "scheduler".to_owned(),
        "conductor".to_owned(),
        "dead".to_owned(),
        format!("compute.{them}"),
        format!("network.{them}"),
        // Names that begin or look as its own.
        format!("compute.{me}1"),
        format!("compute.{me}.x"),
        format!("compute.{}", me.replace('.', "x")),
        format!("reply.control.{number}"),
        format!("reply.host.{them}.{number}"),
        format!("reply.host.{me}.x.{number}"),
        format!("reply.host.{me}.{number}.x"),
    ];
    for queue in queues.iter().map(String::as_str) {
        let none = FieldTable::default;
        let quorum = table([("x-queue-type", longstr("quorum"))]);
        let durable = QueueDeclareOptions { durable: true, ..QueueDeclareOptions::default() };
        let name = || queue.into();
        let channel = async || captured.channel().await;
        let tries = [
            ("consume", code(channel().await.basic_consume(name(), "".into(), Default::default(), none()).await)),
            ("get", code(channel().await.basic_get(name(), Default::default()).await)),
            ("declare", code(channel().await.queue_declare(name(), durable, quorum).await)),
            ("purge", code(channel().await.queue_purge(name(), Default::default()).await)),
            ("delete", code(channel().await.queue_delete(name(), Default::default()).await)),
            (
                "bind",
                code(
                    channel()
                        .await
                        .queue_bind(name(), "arcus.replies".into(), name(), Default::default(), none())
                        .await,
                ),
            ),
        ];
        for (what, code) in tries {
            assert_eq!(code, Some(REFUSED), "{what} {queue}");
        }
    }
    for own in [format!("compute.{me}"), format!("network.{me}")] {
        let own = own.as_str();
        assert!(captured.get(own).await.is_none(), "its own queue is open, and empty");
        let none = FieldTable::default();
        let bound = captured.channel().await;
        let bound =
            bound.queue_bind(own.into(), "arcus.conductor".into(), "conductor".into(), Default::default(), none);
        assert_eq!(code(bound.await), Some(REFUSED), "bind {own} to the conductor's exchange");
        let gone = captured.channel().await.queue_delete(own.into(), Default::default()).await;
        assert_eq!(code(gone), Some(REFUSED), "delete {own}");
    }
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn it_can_publish_to_the_conductor_and_answer_and_nothing_else() {
    let captured = Captured::new().await;
    for exchange in
        ["", "arcus.hosts", "arcus.scheduler", "amq.direct", "amq.topic", "amq.fanout", "amq.rabbitmq.trace"]
    {
        for key in [&format!("compute.{}", captured.them), "scheduler"] {
            let said = captured.publish(exchange, key, captured.properties("cast"), &body(1)).await;
            assert_eq!(said, Some(REFUSED), "{exchange:?} {key}");
        }
    }
    let exchange = captured.channel().await;
    let made =
        exchange.exchange_declare("evil".into(), ExchangeKind::Direct, Default::default(), FieldTable::default());
    assert_eq!(code(made.await), Some(REFUSED));
    let removed = captured.channel().await.exchange_delete("arcus.conductor".into(), Default::default()).await;
    assert_eq!(code(removed), Some(REFUSED));
    let joined = captured.channel().await;
    let (to, from) = ("arcus.conductor".into(), "arcus.hosts".into());
    let joined = joined.exchange_bind(to, from, "x".into(), Default::default(), FieldTable::default()).await;
    assert_eq!(code(joined), Some(REFUSED));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn it_is_nobody_else() {
    let captured = Captured::new().await;
    let topic = Topic::conductor();
    let (desk, mut mail) = desk();
    let _consumer = captured.control.consume(topic.clone(), 1, desk).await.unwrap();
    for user in ["arcus", &Sender::user_of_host(&captured.them)] {
        let forged = captured.properties("cast").with_user_id(user.into());
        let said = captured.publish("arcus.conductor", "conductor", forged, &body(1)).await;
        assert_eq!(said, Some(406), "the broker refuses a message of {user}");
    }
    let anonymous = BasicProperties::default().with_type("cast".into());
    assert_eq!(captured.publish("arcus.conductor", "conductor", anonymous, &body(2)).await, None);
    nothing_comes_before(&captured, &mut mail, &topic).await;
    assert_eq!(captured.publish("arcus.conductor", "conductor", captured.properties("cast"), &body(3)).await, None);
    let (envelope, answer) = mail.recv().await.unwrap();
    answer.send(done()).unwrap();
    assert_eq!((envelope.payload, envelope.sender), (json!(3), Sender::Host(captured.me.clone())));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn an_answer_goes_nowhere_but_to_its_asker() {
    let captured = Captured::new().await;
    let (topic, theirs) = (Topic::conductor(), Topic::compute(&captured.them));
    let (conductor, mut asked) = desk();
    let (agent, mut mail) = desk();
    let _conductor = captured.control.consume(topic.clone(), 1, conductor).await.unwrap();
    let _agent = captured.other.consume(theirs.clone(), 1, agent).await.unwrap();
    for queue in [theirs.as_str(), "scheduler", "dead"] {
        let question = captured.properties("call").with_reply_to(queue.into()).with_correlation_id("1".into());
        assert_eq!(captured.publish("arcus.conductor", "conductor", question, &body(1)).await, None);
        asked.recv().await.unwrap().1.send(answer(&message(66))).unwrap();
    }
    nothing_comes_before(&captured, &mut mail, &theirs).await;
    assert_eq!(captured.rabbit.dead_letters().await, []);
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn an_answer_led_on_by_a_queue_s_rules_is_no_message_of_control() {
    let captured = Captured::new().await;
    let topic = Topic::conductor();
    let (desk, mut mail) = desk();
    let _consumer = captured.control.consume(topic.clone(), 1, desk).await.unwrap();
    for (exchange, key) in [("arcus.conductor", "conductor"), ("arcus.dead", "dead")] {
        let queue = captured.own_reply_queue();
        let rules = table([
            ("x-message-ttl", AMQPValue::LongInt(0)),
            ("x-dead-letter-exchange", longstr(exchange)),
            ("x-dead-letter-routing-key", longstr(key)),
        ]);
        captured.channel().await.queue_declare(queue.as_str().into(), Default::default(), rules).await.unwrap();
        let question = captured.properties("call").with_reply_to(queue.into()).with_correlation_id("1".into());
        assert_eq!(captured.publish("arcus.conductor", "conductor", question, &body(1)).await, None);
        let (envelope, answered) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, json!(1));
        answered.send(answer(&message(66))).unwrap();
    }
    let rules = table([("x-dead-letter-exchange", longstr("arcus.hosts"))]);
    let channel = captured.channel().await;
    let declared = channel.queue_declare(captured.own_reply_queue().into(), Default::default(), rules).await;
    assert_eq!(code(declared), Some(REFUSED), "not into an exchange that is closed to it");
    nothing_comes_before(&captured, &mut mail, &topic).await;
    assert_eq!(captured.rabbit.dead_letters().await, []);
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn only_who_was_asked_answers() {
    let captured = Captured::new().await;
    let theirs = Topic::compute(&captured.them);
    let (desk, mut mail) = desk();
    let _consumer = captured.other.consume(theirs.clone(), 1, desk).await.unwrap();
    // To see what a question carries, host1 is asked one that is never answered.
    let spied = captured.channel().await;
    let mut spied = spied
        .basic_consume(
            format!("compute.{}", captured.me).into(),
            "".into(),
            BasicConsumeOptions::default(),
            FieldTable::default(),
        )
        .await
        .unwrap();
    let own = async { captured.control.call(&Topic::compute(&captured.me), message(1), LONG).await };
    let spy = async {
        let question = futures::StreamExt::next(&mut spied).await.unwrap().unwrap();
        let reply_to = question.properties.reply_to().clone().unwrap();
        let number = question.properties.correlation_id().clone().unwrap();
        let asking = captured.control.call(&theirs, message(2), LONG);
        let forging = async {
            let (_, answered) = mail.recv().await.unwrap();
            let forged = serde_json::to_vec(&Ok::<_, Reason>("forged")).unwrap();
            // Another number than its own, and its own number in another's name.
            let strange = captured.properties("answer").with_correlation_id("unknown".into());
            assert_eq!(captured.publish("arcus.replies", reply_to.as_str(), strange, &forged).await, None);
            let hosts = captured
                .properties("answer")
                .with_correlation_id(number.clone())
                .with_user_id(Sender::user_of_host(&captured.them).into());
            assert_eq!(captured.publish("arcus.replies", reply_to.as_str(), hosts, &forged).await, Some(406));
            answered.send(answer(&"true")).unwrap();
        };
        let (answered, ()) = tokio::join!(asking, forging);
        assert_eq!(answered.unwrap(), json!("true"));
        let honest = serde_json::to_vec(&Ok::<_, Reason>("mine")).unwrap();
        let mine = captured.properties("answer").with_correlation_id(number);
        assert_eq!(captured.publish("arcus.replies", reply_to.as_str(), mine, &honest).await, None);
    };
    let (own, ()) = tokio::join!(own, spy);
    assert_eq!(own.unwrap(), json!("mine"));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_dead_letter_of_its_own_making_is_delivered_to_nobody_else() {
    let captured = Captured::new().await;
    let (own, theirs) = (Topic::compute(&captured.me), Topic::compute(&captured.them));
    for topic in [&theirs, &Topic::scheduler(), &Topic::conductor(), &own] {
        let headers = table([("arcus-topic", longstr(topic.as_str())), ("arcus-why", longstr("please"))]);
        let letter = captured.properties("dead").with_headers(headers);
        assert_eq!(captured.publish("arcus.dead", "dead", letter, &body(1)).await, None);
    }
    let letters = DeadLetters::open(&captured.rabbit.settings).await.unwrap();
    let retried = letters.retry(&Which::All).await.unwrap();
    assert_eq!(retried.iter().map(|letter| &letter.topic).collect::<Vec<_>>(), [&own]);
    let (desk, mut mail) = desk();
    let _consumer = captured.other.consume(theirs.clone(), 1, desk).await.unwrap();
    nothing_comes_before(&captured, &mut mail, &theirs).await;
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_removed_host_is_out_at_once() {
    let captured = Captured::new().await;
    assert!(captured.rabbit.management.remove_host(&captured.me).await.unwrap());
    while captured.connection.status().connected() {
        tokio::time::sleep(SOON).await;
    }
    assert!(!captured.rabbit.management.remove_host(&captured.me).await.unwrap());
}
