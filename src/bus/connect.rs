//! One way to whichever bus the settings name.

use std::path::PathBuf;
use std::sync::Arc;

use super::amqp::AmqpBus;
use super::memory::MemoryBus;
use super::{Bus, BusError};

/// On whose behalf a process is on the bus.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Identity {
    /// Any role of control: its user may do everything in the broker's virtual host.
    Control,
    /// The roles of the host of this name: its user may do next to nothing.
    Host(String),
}

/// How to reach the bus.
#[derive(Clone)]
pub struct BusSettings {
    /// `amqp://user:password@host:port/vhost` or `amqps://…`; empty: the bus is in this process.
    pub url: String,
    /// The certificate authorities, as PEM, that the broker's certificate is checked with (`amqps`).
    pub ca: Option<PathBuf>,
    pub identity: Identity,
}

/// Opens the bus that the settings name.
///
/// # Errors
/// [`BusError::Closed`] with what to do, when RabbitMQ is not reached within half a minute or does not let us in.
pub async fn connect(settings: &BusSettings) -> Result<Arc<dyn Bus>, BusError> {
    if settings.url.is_empty() {
        return Ok(Arc::new(MemoryBus::new()));
    }
    Ok(Arc::new(AmqpBus::connect(settings).await?))
}
