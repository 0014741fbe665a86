//! A flavor in the compute API's shape.

use serde_json::{Value, json};

use super::flavors::DESCRIPTION;
use super::microversion::Microversion;
use crate::http::base::Base;
use crate::model::flavor::Flavor;

const EXTRA_SPECS: u16 = 61;
/// No swap is a number from here on.
const SWAP_IS_A_NUMBER: u16 = 75;

/// Everything of a flavor.
pub fn view(base: &Base, flavor: &Flavor, version: Microversion) -> Value {
    let mut view = json!({
        "id": flavor.id,
        "name": flavor.name,
        "vcpus": flavor.vcpus,
        "ram": flavor.ram_mb,
        "disk": flavor.disk_gb,
        "swap": flavor.swap_mb,
        "OS-FLV-EXT-DATA:ephemeral": flavor.ephemeral_gb,
        "OS-FLV-DISABLED:disabled": false,
        "os-flavor-access:is_public": flavor.is_public,
        "rxtx_factor": flavor.rxtx_factor,
        "links": links(base, flavor),
    });
    if flavor.swap_mb == 0 && version.0 < SWAP_IS_A_NUMBER {
        view["swap"] = json!("");
    }
    if version.0 >= DESCRIPTION {
        view["description"] = json!(flavor.description);
    }
    if version.0 >= EXTRA_SPECS {
        view["extra_specs"] = json!(flavor.extra_specs);
    }
    view
}

/// Where the flavor is.
pub fn links(base: &Base, flavor: &Flavor) -> Value {
    json!([
        { "rel": "self", "href": base.url(&format!("/compute/v2.1/flavors/{}", flavor.id)) },
        { "rel": "bookmark", "href": base.url(&format!("/compute/flavors/{}", flavor.id)) },
    ])
}
