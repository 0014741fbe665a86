//! A port's tap: the host's end of a guest's network card.

use super::Tap;
use super::link::{self, Link};
use crate::agent::qemu_user::qemu_user;
use crate::bus::contract::PortPlan;
use crate::model::{InstanceId, Result};

/// Makes the port's tap be there and plugged in.
///
/// # Errors
/// When `ip` fails.
pub async fn ensure(links: &[Link], port: &PortPlan, mark: &str) -> Result<()> {
    let name = &port.tap;
    let present = link::find(links, name);
    let right = |found: &Link| {
        found.mtu == port.mtu && found.is_up() && found.master.as_deref() == Some(&port.bridge) && found.alias.is_some()
    };
    if present.is_some_and(right) {
        return Ok(());
    }
    if present.is_none() {
        let user = qemu_user().map(|user| format!(" user {}", user.uid)).unwrap_or_default();
        link::batch(&[format!("tuntap add dev {name} mode tap{user} vnet_hdr")]).await?;
    }
    link::disable_ipv6(name).await?;
    let alias = format!("{}{}/{}", prefix(mark), port.device_id, port.port_id);
    link::batch(&[
        format!("link set dev {name} alias {alias}"),
        format!("link set dev {name} mtu {} master {} up", port.mtu, port.bridge),
    ])
    .await
}

/// The taps that carry our mark.
pub fn ours(links: &[Link], mark: &str) -> Vec<Tap> {
    let prefix = prefix(mark);
    let ours = |link: &Link| {
        let (instance, _port) = link.alias.as_deref()?.strip_prefix(&prefix)?.split_once('/')?;
        Some(Tap { name: link.name.clone(), instance_id: InstanceId::from(instance) })
    };
    links.iter().filter_map(ours).collect()
}

fn prefix(mark: &str) -> String {
    format!("arcus/{mark}/port/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(name: &str, alias: Option<&str>) -> Link {
        Link { name: name.into(), alias: alias.map(str::to_owned), ..Link::default() }
    }

    #[test]
    fn only_taps_with_our_mark_are_ours() {
        let links = [
            link("tap1", Some("arcus/m1/port/i1/p1")),
            link("tap2", Some("arcus/m2/port/i2/p2")),
            link("brq1", Some("arcus/m1/network/n1")),
            link("tap3", None),
        ];
        assert_eq!(ours(&links, "m1"), [Tap { name: "tap1".into(), instance_id: "i1".into() }]);
    }
}
