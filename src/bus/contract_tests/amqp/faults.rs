//! What a broken connection and a broker that dies do to messages: nothing.

use super::proxy::Proxy;
use super::server::Server;
use super::*;
use crate::bus::BusSettings;
use crate::bus::amqp::DeadLetters;

const NAMES_WRITTEN_AFTER: Duration = Duration::from_secs(8);

/// The bus of the settings by way of the proxy, with one heartbeat a second.
async fn through(settings: &BusSettings) -> (Proxy, AmqpBus) {
    let (credentials, place) = settings.url.rsplit_once('@').unwrap();
    let (broker, vhost) = place.split_once('/').unwrap();
    let proxy = Proxy::to(broker.to_owned()).await;
    let url = format!("{credentials}@{}/{vhost}?heartbeat=1", proxy.address);
    let bus = AmqpBus::connect(&BusSettings { url, ..settings.clone() }).await.unwrap();
    (proxy, bus)
}

/// Publishes as the outbox does: until it is safe.
async fn surely(bus: &dyn Bus, topic: &Topic, message: &Envelope) {
    while bus.cast(topic, message.clone()).await.unwrap().await.is_err() {
        tokio::time::sleep(SOON).await;
    }
}

/// Handles the next message that is not the one before; what comes twice may.
async fn next(mail: &mut Mail, before: u32) -> serde_json::Value {
    loop {
        let (envelope, answer) = mail.recv().await.unwrap();
        let _ = answer.send(done());
        if envelope.payload != json!(before) {
            return envelope.payload;
        }
    }
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_broken_connection_loses_nothing() {
    let rabbit = Rabbit::new().await;
    let control = rabbit.control().await;
    let (proxy, bus) = through(&rabbit.settings).await;
    let (topic, question) = (topic(), topic());
    let (desk_one, mut mail) = desk();
    let (desk_two, mut questions) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk_one).await.unwrap();
    let _answers = bus.consume(question.clone(), 1, desk_two).await.unwrap();
    let lost = async {
        let asked = bus.call(&question, message(1), LONG).await;
        assert!(matches!(asked, Err(BusError::Closed(_))), "{asked:?}");
    };
    let cut = async {
        let _in_hand = questions.recv().await.unwrap();
        surely(&control, &topic, &message(1)).await;
        let (_, answer) = mail.recv().await.unwrap();
        surely(&control, &topic, &message(2)).await;
        proxy.break_down();
        let _ = answer.send(done());
        surely(&control, &topic, &message(3)).await;
    };
    tokio::join!(lost, cut);
    let refused = bus.cast(&topic, message(4)).await.unwrap().await;
    assert!(matches!(refused, Err(BusError::Closed(_))));
    proxy.mend();
    assert_eq!(next(&mut mail, 1).await, json!(2));
    assert_eq!(next(&mut mail, 2).await, json!(3));
    surely(&bus, &topic, &message(5)).await;
    assert_eq!(next(&mut mail, 3).await, json!(5));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_connection_that_falls_silent_is_given_up_and_made_anew() {
    let rabbit = Rabbit::new().await;
    let control = rabbit.control().await;
    let (proxy, bus) = through(&rabbit.settings).await;
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    proxy.fall_silent();
    surely(&control, &topic, &message(1)).await;
    // Nobody says that the connection is dead; that nothing is heard has to.
    while !matches!(bus.cast(&topic, message(2)).await.unwrap().await, Err(BusError::Closed(_))) {}
    proxy.mend();
    assert_eq!(next(&mut mail, 0).await, json!(1));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn a_broker_that_is_killed_loses_nothing() {
    let server = Server::start();
    let rabbit = Rabbit::on(&server.amqp, &server.management).await;
    let bus = rabbit.control().await;
    let topic = topic();
    for number in 0..10 {
        surely(&bus, &topic, &message(number)).await;
    }
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    let (first, answer) = mail.recv().await.unwrap();
    assert_eq!(first.payload, json!(0));
    // RabbitMQ 3.10 writes a new queue's name to disk a few seconds after it has made it, and forgets the whole queue if it
    // is killed before.
    tokio::time::sleep(NAMES_WRITTEN_AFTER).await;
    server.run("kill");
    drop(answer);
    server.run("start");
    surely(&bus, &topic, &message(10)).await;
    let mut seen = Vec::new();
    while seen.last() != Some(&json!(10)) {
        let (envelope, answer) = mail.recv().await.unwrap();
        let _ = answer.send(done());
        seen.push(envelope.payload);
    }
    seen.dedup();
    assert_eq!(seen, (0..=10).map(|number| json!(number)).collect::<Vec<_>>());
    server.run("restart");
    surely(&bus, &topic, &message(11)).await;
    assert_eq!(next(&mut mail, 10).await, json!(11));
}

#[tokio::test]
#[ignore = "needs ARCUS_TEST_AMQP: scripts/test starts a broker"]
async fn over_tls_only_the_named_authority_counts() {
    let server = Server::start_with_tls();
    let settings = |ca: &str| BusSettings {
        url: server.amqps.clone(),
        ca: Some(server.file(ca)),
        identity: crate::bus::Identity::Control,
    };
    let bus = AmqpBus::connect(&settings("tls/ca.pem")).await.unwrap();
    bus.cast(&topic(), message(1)).await.unwrap().await.unwrap();
    let refused = DeadLetters::open(&settings("tls/other.pem")).await;
    let why = refused.err().unwrap().to_string();
    assert!(why.contains("certificate"), "{why}");
}
