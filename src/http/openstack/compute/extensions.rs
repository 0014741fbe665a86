//! `/compute/v2.1/extensions`: what of Nova's former extensions is here.

use axum::Json;
use axum::extract::Path;
use serde_json::{Value, json};

use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::{Error, Noun};

/// When Nova froze its list: since then there are microversions.
const UPDATED: &str = "2014-12-03T00:00:00Z";

/// Alias and name.
const HERE: [(&str, &str); 33] = [
    ("OS-DCF", "DiskConfig"),
    ("OS-EXT-AZ", "ExtendedAvailabilityZone"),
    ("OS-EXT-IPS", "ExtendedIps"),
    ("OS-EXT-IPS-MAC", "ExtendedIpsMac"),
    ("OS-EXT-SRV-ATTR", "ExtendedServerAttributes"),
    ("OS-EXT-STS", "ExtendedStatus"),
    ("OS-FLV-DISABLED", "FlavorDisabled"),
    ("OS-FLV-EXT-DATA", "FlavorExtraData"),
    ("OS-SRV-USG", "ServerUsage"),
    ("os-access-ips", "AccessIPs"),
    ("os-attach-interfaces", "AttachInterfaces"),
    ("os-availability-zone", "AvailabilityZone"),
    ("os-config-drive", "ConfigDrive"),
    ("os-console-output", "ConsoleOutput"),
    ("os-consoles", "Consoles"),
    ("os-flavor-access", "FlavorAccess"),
    ("os-flavor-extra-specs", "FlavorExtraSpecs"),
    ("os-flavor-manage", "FlavorManage"),
    ("os-extended-volumes", "ExtendedVolumes"),
    ("os-hosts", "Hosts"),
    ("os-hypervisors", "Hypervisors"),
    ("os-instance-actions", "InstanceActions"),
    ("os-keypairs", "Keypairs"),
    ("os-lock-server", "LockServer"),
    ("os-multiple-create", "MultipleCreate"),
    ("os-quota-sets", "Quotas"),
    ("os-security-groups", "SecurityGroups"),
    ("os-scheduler-hints", "SchedulerHints"),
    ("os-server-groups", "ServerGroups"),
    ("os-services", "Services"),
    ("os-simple-tenant-usage", "SimpleTenantUsage"),
    ("os-used-limits", "UsedLimits"),
    ("os-volumes", "Volumes"),
];

/// `GET`.
pub async fn list(_: Auth) -> Json<Value> {
    Json(json!({ "extensions": HERE.iter().map(view).collect::<Vec<_>>() }))
}

/// `GET …/{alias}`.
pub async fn show(_: Auth, Path(alias): Path<String>) -> Result<Json<Value>, Failure> {
    let found = HERE.iter().find(|(known, _)| *known == alias);
    let extension = found.ok_or_else(|| Error::not_found(Noun::Resource, alias.as_str()))?;
    Ok(Json(json!({ "extension": view(extension) })))
}

fn view((alias, name): &(&str, &str)) -> Value {
    json!({
        "alias": alias,
        "name": name,
        "description": name,
        "namespace": "http://docs.openstack.org/compute/ext/fake_xml",
        "updated": UPDATED,
        "links": [],
    })
}
