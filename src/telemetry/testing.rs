//! Hearing what is told while a test runs.

use std::sync::LazyLock;

use tracing::subscriber::{DefaultGuard, NoSubscriber};
use tracing::{Dispatch, Subscriber};

/// While only one subscriber is known, a place that tells something for the first time asks the one of its own thread whether
/// it is worth telling, and keeps the answer for all: any test beside that listens to nothing would make that a no. With a
/// second one known, all of them are asked.
static SECOND: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(NoSubscriber::new()));

/// Has `subscriber` hear all that this thread tells, until what is returned is dropped.
pub fn listening(subscriber: impl Subscriber + Send + Sync + 'static) -> DefaultGuard {
    LazyLock::force(&SECOND);
    tracing::subscriber::set_default(subscriber)
}
