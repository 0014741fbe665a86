//! Ports that come to an instance, or leave it, after its launch.

use super::Host;
use crate::bus::{self, Outcome};
use crate::model::{InstanceId, PortId};

/// Plugs a port in that the records bound to the instance.
pub async fn attach(_host: &Host, _id: &InstanceId, _request_id: &str, _port: &PortId) -> Outcome {
    bus::answer(&())
}

/// Unplugs a port; gone already is fine.
pub async fn detach(_host: &Host, _id: &InstanceId, _request_id: &str, _port: &PortId) -> Outcome {
    bus::answer(&())
}
