//! The way to a guest's screen.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::console::ConsoleTicket;
use crate::model::{Error, InstanceId};

/// A one-time pass for the console's WebSocket.
#[server(endpoint = "console/ticket")]
pub async fn issue_console_ticket(id: InstanceId) -> Result<ConsoleTicket, Error> {
    answer(async { services()?.console.issue(&ctx()?, &id).await }).await
}
