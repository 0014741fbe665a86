//! How far long work is.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// How often progress is looked at, and how many percent more are worth telling.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const WORTH_TELLING: i64 = 10;
/// How often it is told in any case: who says nothing for long counts as lost.
const TELL_EVERY: Duration = Duration::from_secs(30);

/// Takes down how much of long work is done, in percent.
#[derive(Debug, Clone)]
pub struct Percent {
    done: watch::Sender<i64>,
    from: i64,
    to: i64,
}

impl Default for Percent {
    fn default() -> Self {
        Self { done: watch::Sender::new(0), from: 0, to: 100 }
    }
}

impl Percent {
    /// So much of it is done.
    pub fn set(&self, percent: i64) {
        self.done.send_replace(self.from + (self.to - self.from) * percent / 100);
    }

    /// A part of it, which takes it from one percentage to another.
    pub fn part(&self, from: i64, to: i64) -> Self {
        Self { done: self.done.clone(), from, to }
    }

    /// How much of it is done.
    pub fn get(&self) -> i64 {
        *self.done.borrow()
    }

    /// Does the work, and tells now and then how far it is.
    pub async fn telling<T, F>(&self, work: impl Future<Output = T>, tell: impl Fn(i64) -> F) -> T
    where
        F: Future<Output = ()>,
    {
        let mut work = pin!(work);
        let (mut told, mut told_at) = (self.get(), Instant::now());
        loop {
            tokio::select! {
                done = &mut work => return done,
                () = sleep(LOOK_EVERY) => {
                    let now = self.get();
                    if now >= told + WORTH_TELLING || told_at.elapsed() >= TELL_EVERY {
                        (told, told_at) = (now, Instant::now());
                        tell(now).await;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Percent;

    #[test]
    fn parts_add_up() {
        let whole = Percent::default();
        whole.part(0, 50).set(100);
        assert_eq!(whole.get(), 50);
        whole.part(50, 100).set(20);
        assert_eq!(whole.get(), 60);
    }
}
