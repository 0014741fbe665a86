//! The key by which guests reach volumes in a Ceph cluster, as libvirt hands it to QEMU.

use quick_xml::escape::escape;
use virt::connect::Connect;
use virt::domain::Domain as Handle;
use virt::error::{Error as VirtError, ErrorNumber};
use virt::secret::Secret;
use virt::sys;

use super::link::Link;
use super::xml;
use crate::agent::ceph::Ceph;
use crate::model::Result;

/// Whether a domain has a volume for which a key may be wanted.
pub fn is_wanted(domain: &Handle) -> Result<bool, VirtError> {
    Ok(domain.xml_desc(sys::VIR_DOMAIN_XML_INACTIVE)?.contains("<secret type='ceph'"))
}

/// Tells libvirt the user's key. It keeps it in memory alone, so it is told again each time that it needs it.
///
/// # Errors
/// When the keyring does not have the key, or as libvirt says.
pub async fn tell(link: &Link, ceph: &Ceph) -> Result<()> {
    let (Some(user), Some(key)) = (&ceph.user, ceph.key().await?) else { return Ok(()) };
    let usage = xml::secret_of(user);
    link.call(move |connection| known(connection, &usage)?.set_value(&key, 0)).await
}

fn known(connection: &Connect, usage: &str) -> Result<Secret, VirtError> {
    match connection.lookup_secret_by_usage(sys::VIR_SECRET_USAGE_TYPE_CEPH as i32, usage) {
        Err(error) if error.code().is(ErrorNumber::NoSecret) => connection.define_secret_xml(&described(usage), 0),
        found => found,
    }
}

/// Private: nobody is shown the key again, only QEMU.
fn described(usage: &str) -> String {
    let usage = escape(usage);
    format!("<secret ephemeral='yes' private='yes'><usage type='ceph'><name>{usage}</name></usage></secret>")
}
