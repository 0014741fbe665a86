//! What is counted of the bus. Topics are counted by kind, never by host: so the numbers stay few.

use metrics::{counter, describe_counter};

use super::{BusError, Topic};

const MESSAGES: &str = "arcus_bus_messages_total";
const REDELIVERIES: &str = "arcus_bus_redeliveries_total";
const DEAD_LETTERS: &str = "arcus_bus_dead_letters_total";
const TIMEOUTS: &str = "arcus_bus_call_timeouts_total";

/// Says what the numbers mean.
pub fn describe() {
    describe_counter!(MESSAGES, "Messages that this process gave to the bus, by kind of topic and of message");
    describe_counter!(REDELIVERIES, "Messages that a handler could not take and was given again, by kind of topic");
    describe_counter!(DEAD_LETTERS, "Messages set aside because no handler could take them, by kind of topic");
    describe_counter!(TIMEOUTS, "Calls that had no answer before their deadline, by kind of topic");
}

pub(super) fn cast(topic: &Topic) {
    counter!(MESSAGES, "topic" => topic.kind(), "kind" => "cast").increment(1);
}

/// A call; call it with how it went.
pub(super) fn called<T>(topic: &Topic, answer: &Result<T, BusError>) {
    counter!(MESSAGES, "topic" => topic.kind(), "kind" => "call").increment(1);
    if matches!(answer, Err(BusError::Timeout { .. })) {
        counter!(TIMEOUTS, "topic" => topic.kind()).increment(1);
    }
}

pub(super) fn redelivered(topic: &Topic) {
    counter!(REDELIVERIES, "topic" => topic.kind()).increment(1);
}

pub(super) fn buried(topic: &Topic) {
    counter!(DEAD_LETTERS, "topic" => topic.kind()).increment(1);
}
