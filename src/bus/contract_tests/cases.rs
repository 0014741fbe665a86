//! The cases.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Barrier;

use super::*;

pub(super) async fn messages_arrive_in_order(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn a_dropped_consumers_message_goes_to_another(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn a_retried_message_comes_again_before_the_next(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn the_same_message_cast_twice_arrives_twice_under_one_id(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn a_call_brings_the_answer_or_the_refusal(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn a_call_that_nobody_answers_times_out(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
    let (desk, _mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    let answer = bus.call(&topic, message(1), Duration::from_millis(20)).await;
    assert!(matches!(answer, Err(BusError::Timeout { topic: named, .. }) if named == topic.as_str()));
}

pub(super) async fn a_call_without_a_consumer_is_unroutable(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
    assert!(matches!(bus.call(&topic, message(1), LONG).await, Err(BusError::Unroutable(_))));
    let (desk, _mail) = desk();
    drop(bus.consume(topic.clone(), 1, desk).await.unwrap());
    // A broker hears of it a moment later; until then nobody answers.
    while !matches!(bus.call(&topic, message(1), SOON).await, Err(BusError::Unroutable(_))) {}
}

pub(super) async fn a_cast_waits_for_its_first_consumer(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
    let confirmation = bus.cast(&topic, message(1)).await.unwrap();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    mail.recv().await.unwrap().1.send(done()).unwrap();
    confirmation.await.unwrap();
}

pub(super) async fn a_message_of_an_unknown_version_is_refused(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn consumers_of_one_topic_compete(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn no_more_than_prefetch_are_in_hand(bench: &dyn Bench) {
    let bus = bench.bus();
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

pub(super) async fn what_nobody_can_handle_becomes_a_dead_letter_and_lets_the_next_through(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
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
    assert_eq!(bench.dead_letters().await, [(topic, "not today".to_owned())]);
}

pub(super) async fn what_waits_for_something_that_is_away_comes_until_that_is_back(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    drop(bus.cast(&topic, message(1)).await.unwrap());
    for _ in 0..=MAX_DELIVERIES {
        let (envelope, answer) = mail.recv().await.unwrap();
        assert_eq!(envelope.payload, json!(1));
        answer.send(Outcome::Later("the database is away".into())).unwrap();
    }
    mail.recv().await.unwrap().1.send(done()).unwrap();
    assert_eq!(bench.dead_letters().await, []);
}

pub(super) async fn a_message_that_kills_its_handler_becomes_a_dead_letter(bench: &dyn Bench) {
    struct Panics(mpsc::UnboundedSender<()>);
    #[async_trait]
    impl Handler for Panics {
        async fn handle(&self, message: Envelope) -> Outcome {
            if message.payload == json!(1) {
                panic!("on purpose");
            }
            self.0.send(()).unwrap();
            done()
        }
    }
    let topic = topic();
    let (sender, mut survived) = mpsc::unbounded_channel();
    let _consumer = bench.bus().consume(topic.clone(), 1, Arc::new(Panics(sender))).await.unwrap();
    drop(bench.bus().cast(&topic, message(1)).await.unwrap());
    drop(bench.bus().cast(&topic, message(2)).await.unwrap());
    survived.recv().await.unwrap();
    let dead = bench.dead_letters().await;
    assert_eq!(dead.iter().map(|(topic, _)| topic).collect::<Vec<_>>(), [&topic]);
}

pub(super) async fn a_cast_of_an_unknown_version_becomes_a_dead_letter(bench: &dyn Bench) {
    let bus = bench.bus();
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    drop(bus.cast(&topic, Envelope { version: CONTRACT_VERSION + 1, ..message(1) }).await.unwrap());
    drop(bus.cast(&topic, message(2)).await.unwrap());
    assert_eq!(mail.recv().await.unwrap().0.payload, json!(2));
    let dead = bench.dead_letters().await;
    assert_eq!(dead.len(), 1);
    assert!(dead[0].1.contains(&format!("version {}", CONTRACT_VERSION + 1)), "{dead:?}");
}

pub(super) async fn whoever_is_in_the_same_house_is_inside(bench: &dyn Bench) {
    let topic = topic();
    let (desk, mut mail) = desk();
    let _consumer = bench.bus().consume(topic.clone(), 1, desk).await.unwrap();
    // What a message says of itself does not count.
    let forged = Envelope { sender: Sender::Host("a".into()), ..message(1) };
    drop(bench.bus().cast(&topic, forged).await.unwrap());
    assert_eq!(mail.recv().await.unwrap().0.sender, Sender::Inside);
}
