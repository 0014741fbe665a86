use async_trait::async_trait;
use tokio::sync::{mpsc, oneshot};

use super::*;
use crate::bus::{Envelope, Handler, Outcome};
use crate::control::testing::Cloud;
use crate::control::workflow::outbox as messages;

type Mail = mpsc::UnboundedReceiver<(Envelope, oneshot::Sender<()>)>;

/// Hands each message to the test, and is done with it when the test says so.
struct Desk(mpsc::UnboundedSender<(Envelope, oneshot::Sender<()>)>);

#[async_trait]
impl Handler for Desk {
    async fn handle(&self, message: Envelope) -> Outcome {
        let (done, finished) = oneshot::channel();
        let _ = self.0.send((message, done));
        let _ = finished.await;
        Outcome::Done(Ok(serde_json::Value::Null))
    }
}

fn desk() -> (Arc<Desk>, Mail) {
    let (sender, mail) = mpsc::unbounded_channel();
    (Arc::new(Desk(sender)), mail)
}

async fn enqueue(cloud: &Cloud, topic: &Topic, content: u32) {
    let shared = &cloud.services.shared;
    let mut tx = shared.db.write().await.unwrap();
    messages::enqueue(&mut tx, topic, &Envelope::new("req", &content), shared.now()).await.unwrap();
    shared.commit(tx).await.unwrap();
}

async fn waiting(cloud: &Cloud) -> usize {
    outbox::after(cloud.services.shared.db.read(), 0, 100).await.unwrap().len()
}

fn start(cloud: &Cloud) -> tokio_util::task::AbortOnDropHandle<()> {
    tokio_util::task::AbortOnDropHandle::new(tokio::spawn(run(cloud.services.shared.clone())))
}

#[tokio::test]
async fn what_a_crash_left_between_commit_and_publish_arrives_after_the_restart() {
    let cloud = Cloud::new().await;
    let topic = Topic::scheduler();
    enqueue(&cloud, &topic, 1).await;
    enqueue(&cloud, &topic, 2).await;
    let cloud = cloud.restarted().await;
    let (desk, mut mail) = desk();
    let _consumer = cloud.services.shared.bus.consume(topic, 1, desk).await.unwrap();
    let _relay = start(&cloud);
    for number in 1..=2 {
        let (envelope, done) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, serde_json::json!(number));
        done.send(()).unwrap();
    }
}

#[tokio::test]
async fn a_row_stays_until_its_handler_has_finished_and_then_goes() {
    let cloud = Cloud::new().await;
    let (topic, other) = (Topic::scheduler(), Topic::conductor());
    let (desk_one, mut mail) = desk();
    let (desk_two, mut other_mail) = desk();
    let bus = &cloud.services.shared.bus;
    let _consumers = (
        bus.consume(topic.clone(), 1, desk_one).await.unwrap(),
        bus.consume(other.clone(), 1, desk_two).await.unwrap(),
    );
    let _relay = start(&cloud);
    enqueue(&cloud, &topic, 1).await;
    let (_, done) = mail.recv().await.unwrap();
    assert_eq!(waiting(&cloud).await, 1, "its handler is still at work");

    // A handler that is not done holds nobody else up.
    enqueue(&cloud, &other, 2).await;
    let (_, other_done) = other_mail.recv().await.unwrap();
    other_done.send(()).unwrap();
    done.send(()).unwrap();
    while waiting(&cloud).await > 0 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_message_is_not_on_the_bus_twice_however_often_the_outbox_is_read() {
    let cloud = Cloud::new().await;
    let shared = &cloud.services.shared;
    let topic = Topic::scheduler();
    let mut relay = Relay::new(shared.clone());
    for number in 0..3 {
        enqueue(&cloud, &topic, number).await;
        relay.publish().await.unwrap();
        relay.sweep().await.unwrap();
    }
    let (desk, mut mail) = desk();
    let _consumer = shared.bus.consume(topic, 10, desk).await.unwrap();
    let mut finish = Vec::new();
    for number in 0..3 {
        let (envelope, done) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, serde_json::json!(number));
        finish.push(done);
    }
    assert_eq!(relay.in_flight.len(), 3);
    assert!(mail.try_recv().is_err());
}
