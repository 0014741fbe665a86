//! NICs and volumes that come to a domain, or leave it.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use virt::domain::Domain as Handle;
use virt::error::Error as VirtError;
use virt::sys;

use super::super::hypervisor::DomainVolume;
use super::virt_type::VirtType;
use super::{Libvirt, xml};
use crate::bus::contract::PortPlan;
use crate::model::{InstanceId, Reason, Result};

/// How long a guest may take to let go of a device; one that still boots does not hear the question at first.
pub const LET_GO_WITHIN: Duration = Duration::from_secs(30);
pub const ASK_EVERY: Duration = Duration::from_secs(5);
pub const LOOK_EVERY: Duration = Duration::from_millis(200);

/// A device in libvirt's words.
#[derive(Clone)]
pub struct Device {
    /// For people, such as `NIC fa:16:3e:00:00:11`.
    name: String,
    /// What tells it from the domain's others, as libvirt writes it.
    sign: String,
    xml: String,
}

impl Device {
    /// The NIC of a port, known by its MAC address.
    pub fn nic(port: &PortPlan, virt_type: VirtType) -> Self {
        Self {
            name: format!("NIC {}", port.mac),
            sign: format!("<mac address='{}'/>", port.mac),
            xml: xml::nic(port, virt_type),
        }
    }

    /// The disk of a volume, known by its serial number.
    pub fn volume(volume: &DomainVolume, virt_type: VirtType, direct_io: bool) -> Self {
        Self {
            name: format!("volume {}", volume.volume_id),
            sign: xml::serial_number(volume),
            xml: xml::volume(volume, virt_type, direct_io),
        }
    }

    /// Gives it to the domain, running and as written down, wherever it is not there yet.
    pub fn attach(&self, domain: &Handle) -> Result<(), VirtError> {
        for scope in scopes(domain)? {
            if !self.is_in(domain, scope)? {
                domain.attach_device_flags(&self.xml, scope)?;
            }
        }
        Ok(())
    }

    /// Has the guest let go of it, if it runs, and strikes it from what is written down.
    fn ask_back(&self, domain: &Handle) -> Result<(), VirtError> {
        for scope in scopes(domain)? {
            if self.is_in(domain, scope)? {
                domain.detach_device_flags(&self.xml, scope)?;
            }
        }
        Ok(())
    }

    fn is_gone(&self, domain: &Handle) -> Result<bool, VirtError> {
        for scope in scopes(domain)? {
            if self.is_in(domain, scope)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether the domain has it, running or as written down.
    pub fn is_in(&self, domain: &Handle, scope: u32) -> Result<bool, VirtError> {
        let flags = if scope == sys::VIR_DOMAIN_AFFECT_CONFIG { sys::VIR_DOMAIN_XML_INACTIVE } else { 0 };
        Ok(domain.xml_desc(flags)?.contains(&self.sign))
    }
}

fn scopes(domain: &Handle) -> Result<Vec<u32>, VirtError> {
    let live = domain.is_active()?.then_some(sys::VIR_DOMAIN_AFFECT_LIVE);
    Ok(live.into_iter().chain([sys::VIR_DOMAIN_AFFECT_CONFIG]).collect())
}

/// Takes a device from a domain, if there is one and has it.
///
/// # Errors
/// `HypervisorRefused`, also when the guest does not let go in time.
pub async fn detach(libvirt: &Libvirt, id: &InstanceId, device: Device) -> Result<()> {
    let began = Instant::now();
    let mut ask_at = began;
    loop {
        let looked = device.clone();
        let gone = libvirt.with_if_any(id, move |domain| looked.is_gone(domain)).await?;
        if gone.unwrap_or(true) {
            return Ok(());
        }
        if began.elapsed() >= LET_GO_WITHIN {
            let seconds = LET_GO_WITHIN.as_secs();
            let why =
                format!("the guest did not let go of {} within {seconds} s; try again, or stop it first", device.name);
            return Err(Reason::HypervisorRefused { why }.into());
        }
        if Instant::now() >= ask_at {
            let asked = device.clone();
            let answer = libvirt.with_if_any(id, move |domain| asked.ask_back(domain)).await;
            if ask_at == began {
                answer?; // later ones are refused while the guest still thinks about the first
            }
            ask_at = Instant::now() + ASK_EVERY;
        }
        sleep(LOOK_EVERY).await;
    }
}
