//! Where the dashboard's sessions are kept, so that people stay signed in over a restart.

use std::sync::Arc;

use chrono::TimeDelta;

use super::shared::Shared;
use super::store::sessions;
use crate::model::{Result, Timestamp};

/// How long a session is kept after it was last written to. The token in it ends long before.
const LIFETIME: TimeDelta = TimeDelta::days(7);

/// The sessions of browsers. What is in one is the dashboard's business.
#[derive(Clone)]
pub struct Sessions {
    shared: Arc<Shared>,
}

impl Sessions {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Keeps a new session, and forgets those that have expired. False when the id is taken.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn create(&self, id: &str, data: &str) -> Result<bool> {
        let now = self.shared.now();
        let mut tx = self.shared.db.write().await?;
        sessions::delete_expired(&mut *tx, now).await?;
        let created = sessions::insert(&mut *tx, id, data, now + LIFETIME).await?;
        tx.commit().await?;
        Ok(created)
    }

    /// Keeps what is in a session now, for a lifetime from now on.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn save(&self, id: &str, data: &str) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        sessions::save(&mut *tx, id, data, self.shared.now() + LIFETIME).await?;
        tx.commit().await?;
        Ok(())
    }

    /// What is in a session, and when it expires; none for an unknown or expired one.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn load(&self, id: &str) -> Result<Option<(String, Timestamp)>> {
        sessions::load(self.shared.db.read(), id, self.shared.now()).await
    }

    /// Forgets a session.
    ///
    /// # Errors
    /// When the database cannot be written to.
    pub async fn delete(&self, id: &str) -> Result<()> {
        let mut tx = self.shared.db.write().await?;
        sessions::delete(&mut *tx, id).await?;
        tx.commit().await?;
        Ok(())
    }
}
