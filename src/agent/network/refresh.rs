//! Work that covers everything asked for before it began, so that many who ask at once share one run of it.

use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::Mutex;

use crate::model::Result;

/// Shared runs of one kind of work.
#[derive(Debug, Default)]
pub struct Refresh {
    asked: AtomicU64,
    /// The last asking that a run has covered.
    covered: Mutex<u64>,
}

impl Refresh {
    /// Comes back once a run that began after this call has ended well.
    ///
    /// # Errors
    /// As the work's.
    pub async fn run<F: Future<Output = Result<()>>>(&self, work: impl FnOnce() -> F) -> Result<()> {
        let mine = self.asked.fetch_add(1, Ordering::SeqCst) + 1;
        let mut covered = self.covered.lock().await;
        if *covered >= mine {
            return Ok(());
        }
        let all = self.asked.load(Ordering::SeqCst);
        work().await?;
        *covered = all;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn many_who_ask_at_once_share_runs_and_each_sees_one_that_began_later() {
        let (refresh, runs) = (Refresh::default(), AtomicU32::new(0));
        let ask = || {
            refresh.run(|| async {
                runs.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_millis(10)).await;
                Ok(())
            })
        };
        futures::future::try_join_all((0..20).map(|_| ask())).await.unwrap();
        assert!(runs.load(Ordering::SeqCst) < 20);
        let before = runs.load(Ordering::SeqCst);
        ask().await.unwrap();
        assert_eq!(runs.load(Ordering::SeqCst), before + 1);
    }
}
