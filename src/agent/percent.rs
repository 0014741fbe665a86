//! How far long work is.

use tokio::sync::watch;

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
