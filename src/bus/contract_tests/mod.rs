//! What every bus must keep. Each case takes a bus that it has to itself; `contract` makes a test of each.

#[cfg(feature = "ssr")]
mod amqp;
mod cases;
mod memory;

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::{mpsc, oneshot};

use super::*;

/// Longer than any case takes; it ends a broken one.
const LONG: Duration = Duration::from_secs(60);
/// A deadline that is meant to pass.
const SOON: Duration = Duration::from_millis(100);

/// A bus for one case alone.
#[async_trait]
trait Bench: Send + Sync {
    fn bus(&self) -> &dyn Bus;
    /// Of which topics, and why.
    async fn dead_letters(&self) -> Vec<(Topic, String)>;
}

/// Turns every case into a test on the bench that `$make` gives, with these marks.
macro_rules! contract {
    ([$(#[$mark:meta])*] $make:expr) => {
        contract! { @cases [$(#[$mark])*] $make;
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
            what_nobody_can_handle_becomes_a_dead_letter_and_lets_the_next_through
            what_waits_for_something_that_is_away_comes_until_that_is_back
            a_message_that_kills_its_handler_becomes_a_dead_letter
            a_cast_of_an_unknown_version_becomes_a_dead_letter
            whoever_is_in_the_same_house_is_inside
        }
    };
    (@cases $marks:tt $make:expr; $($case:ident)*) => {
        $(contract! { @case $marks $make; $case })*
    };
    (@case [$(#[$mark:meta])*] $make:expr; $case:ident) => {
        #[tokio::test]
        $(#[$mark])*
        async fn $case() {
            let bench = $make;
            tokio::time::timeout(LONG, cases::$case(&bench)).await.expect("the case never ended");
        }
    };
}
use contract;

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
