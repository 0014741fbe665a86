//! What people ask of compute: instances, flavors, key pairs, hosts.

mod aggregates;
mod connect;
mod devices;
mod flavors;
mod groups;
mod hosts;
mod image_disks;
mod image_of_snapshots;
mod images;
mod instances;
mod keypairs;
mod launch;
mod locks;
mod metadata;
mod ports;
mod server_groups;
mod tags;
mod timeline;
mod verbs;
mod volumes;

use std::sync::Arc;

use crate::control::identity::Identity;
use crate::control::image::ImageService;
use crate::control::network::NetworkService;
use crate::control::quota::QuotaService;
use crate::control::shared::Shared;
use crate::control::store::instances::Record;
use crate::control::volume::VolumeService;
use crate::control::{Ctx, policy};
use crate::model::{Error, InstanceId, Noun, Result};

/// The compute API's service.
#[derive(Clone)]
pub struct ComputeApi {
    shared: Arc<Shared>,
    identity: Identity,
    image: ImageService,
    network: NetworkService,
    quota: QuotaService,
    volume: VolumeService,
}

impl ComputeApi {
    pub(in crate::control) fn new(
        shared: Arc<Shared>,
        identity: Identity,
        image: ImageService,
        network: NetworkService,
        quota: QuotaService,
        volume: VolumeService,
    ) -> Self {
        Self { shared, identity, image, network, quota, volume }
    }
}

/// The record, if there is one and the caller may know of it.
fn visible_to(ctx: &Ctx, record: Option<Record>, id: &InstanceId) -> Result<Record> {
    let record = record.ok_or_else(|| Error::not_found(Noun::Instance, id.as_str()))?;
    policy::visible(ctx, &record.instance.project_id, Noun::Instance, id.as_str())?;
    Ok(record)
}

/// Puts a refusal that came from another service on the form field that named the thing.
fn at(field: &'static str) -> impl FnOnce(Error) -> Error {
    move |mut error| {
        error.field = Some(field.to_owned());
        error
    }
}
