//! Console tickets, and the way to a guest's screen.

use super::Ctx;
use crate::bus::contract::ConsoleStream;
use crate::model::console::ConsoleTicket;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Result};

/// The console service.
#[derive(Clone)]
pub struct ConsoleService {}

#[allow(unused_variables)]
impl ConsoleService {
    /// A one-time ticket, bound to instance and user.
    ///
    /// # Errors
    /// `ConsoleUnavailable` with why, unless the instance is active or paused on a host.
    pub async fn issue(&self, ctx: &Ctx, id: &InstanceId) -> Result<ConsoleTicket> {
        todo!()
    }
    /// Uses a ticket up and asks the instance's agent for the stream. Works once, only until it expires.
    ///
    /// # Errors
    /// `ConsoleUnavailable` for an unknown, used or expired ticket, all alike.
    pub async fn redeem(&self, token: &str) -> Result<(Instance, ConsoleStream)> {
        todo!()
    }
}
