//! What may pass at the ports of a host, put together from the records.

use sqlx::SqlitePool;

use crate::bus::contract::FirewallPlan;
use crate::model::Result;

/// Every port of an instance on the host, with the groups that matter to it.
pub async fn of_host(_db: &SqlitePool, _host: &str) -> Result<FirewallPlan> {
    Ok(FirewallPlan::default())
}
