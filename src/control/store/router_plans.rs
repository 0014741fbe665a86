//! Routers as hosts should have them, put together from the records.

use sqlx::SqlitePool;

use crate::bus::contract::RouterPlan;
use crate::model::{Result, RouterId};

/// Every router that the host carries.
pub async fn on_host(_db: &SqlitePool, _host: &str) -> Result<Vec<RouterPlan>> {
    Ok(Vec::new())
}

/// One router, unless it is gone or the host does not carry it.
pub async fn one_on_host(_db: &SqlitePool, _host: &str, _id: &RouterId) -> Result<Option<RouterPlan>> {
    Ok(None)
}
