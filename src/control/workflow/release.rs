//! Giving back what an instance holds on the control side: its room on the host, the ports made for it, its volumes,
//! and an image that was being made of it.

use crate::control::image::{Made, end_making};
use crate::control::network;
use crate::control::shared::Shared;
use crate::control::store::image_sources::Source;
use crate::control::store::instances::Touched;
use crate::control::store::{Tx, allocations, instances};
use crate::control::volume::holding::{self, Changed};
use crate::control::workflow::outbox;
use crate::model::{InstanceId, Result, Timestamp};

/// What became of what an instance held; open pages are to be told of it after the commit.
#[must_use]
#[derive(Default)]
pub struct Released {
    volumes: Changed,
    image: Made,
}

impl Released {
    /// Tells their owners' pages.
    pub fn tell(&self, shared: &Shared) {
        self.volumes.tell(shared);
        self.image.tell(shared);
    }
}

impl From<Changed> for Released {
    fn from(volumes: Changed) -> Self {
        Self { volumes, image: Made::default() }
    }
}

impl From<Made> for Released {
    fn from(image: Made) -> Self {
        Self { volumes: Changed::default(), image }
    }
}

/// Gives everything back; what is already gone is fine.
pub async fn everything(tx: &mut Tx, id: &InstanceId, now: Timestamp) -> Result<Released> {
    allocations::release(tx, id).await?;
    network::release_ports_of(tx, id, now).await?;
    let image = end_making(tx, Source::Instance(id)).await?;
    Ok(Released { volumes: holding::released(tx, id, now).await?, image })
}

/// Gives everything back, withdraws what was still to be said about the instance, and marks it deleted.
pub async fn deleted(tx: &mut Tx, id: &InstanceId, now: Timestamp) -> Result<(Option<Touched>, Released)> {
    let released = everything(tx, id, now).await?;
    outbox::forget(tx, id).await?;
    Ok((instances::mark_deleted(tx, id, now).await?, released))
}
