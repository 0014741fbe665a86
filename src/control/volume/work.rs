//! Having hosts do what the records say.

use crate::bus::contract::ComputeMessage;
use crate::bus::{Envelope, Topic};
use crate::control::store::{Tx, volumes};
use crate::control::workflow::outbox;
use crate::model::volume::Volume;
use crate::model::{Result, Timestamp, VolumeId};

/// Has the volume's host look at what its records wait for, if it has one. `token` is for what an image is fetched with.
pub async fn tell_host(
    tx: &mut Tx,
    volume: &Volume,
    request_id: &str,
    token: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let Some(host) = &volume.host else { return Ok(()) };
    volumes::set_request(tx, &volume.id, request_id).await?;
    remind(tx, &volume.id, host, request_id, token, now).await
}

/// As [`tell_host`], under the request that works on the volume already.
pub async fn remind(
    tx: &mut Tx,
    id: &VolumeId,
    host: &str,
    request_id: &str,
    token: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    let message = ComputeMessage::Volume {
        volume_id: id.clone(),
        request_id: request_id.to_owned(),
        token: token.map(str::to_owned),
    };
    outbox::enqueue(tx, &Topic::compute(host), &Envelope::new(request_id, &message), now).await
}
