//! Console tickets, and the way to a guest's screen.

use std::sync::Arc;

use super::Ctx;
use super::shared::Shared;
use crate::bus::contract::ConsoleStream;
use crate::model::console::ConsoleTicket;
use crate::model::instance::Instance;
use crate::model::{InstanceId, Result};

/// The console service.
#[derive(Clone)]
pub struct ConsoleService {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl ConsoleService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

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
