//! libvirt: KVM, QEMU or Xen, whichever the host has.

mod copy;
mod device;
mod disk;
mod drive;
mod events;
mod halted;
mod leftovers;
mod link;
mod refusal;
mod secret;
mod virt_type;
mod xml;

use std::os::fd::{FromRawFd, OwnedFd, RawFd};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::Path;

use async_trait::async_trait;
use tokio::net::UnixStream;
use tokio::sync::broadcast;
use virt::connect::Connect;
use virt::domain::{Domain as Handle, DomainState};
use virt::enumutil::Enum;
use virt::error::{Error as VirtError, ErrorNumber};
use virt::sys;

use self::device::Device;
use self::link::Link;
use self::refusal::is_missing;
use self::virt_type::VirtType;
use self::xml::Dialect;
use super::hypervisor::{DiskSource, Domain, DomainVolume, Facts, Hypervisor, NewDisk, NewDrive};
use crate::agent::ceph::Ceph;
use crate::agent::layout::Layout;
use crate::agent::percent::Percent;
use crate::bus::contract::PortPlan;
use crate::model::image::DiskFormat;
use crate::model::state::PowerState;
use crate::model::{Error, InstanceId, Reason, Result};

/// The libvirt daemon of a host.
pub struct Libvirt {
    link: Link,
    virt_type: VirtType,
    mark: String,
    layout: Layout,
    ceph: Ceph,
}

impl Libvirt {
    /// The daemon at `uri`, which need not answer yet. `mark` tells our domains from those of others; by `ceph` their guests
    /// reach volumes in a cluster.
    ///
    /// # Errors
    /// When `virt_type` is no known word.
    pub fn new(uri: &str, virt_type: &str, mark: String, layout: Layout, ceph: Ceph) -> Result<Self> {
        Ok(Self { link: Link::new(uri), virt_type: VirtType::of_this_machine(virt_type)?, mark, layout, ceph })
    }

    /// A volume as a device.
    async fn disk(&self, volume: &DomainVolume) -> Device {
        Device::volume(volume, self.virt_type, disk::takes_direct_io(&self.layout.volumes()).await)
    }

    /// Removes what is left in a guest's QEMU of a volume that libvirt does not know it to have.
    async fn sweep(&self, id: &InstanceId, volume: &DomainVolume, disk: &Device) -> Result<()> {
        if self.virt_type == VirtType::Xen {
            return Ok(());
        }
        let disk = disk.clone();
        let live = sys::VIR_DOMAIN_AFFECT_LIVE;
        let has = move |domain: &Handle| Ok(domain.is_active()? && disk.is_in(domain, live)?);
        match self.with_if_any(id, has).await? {
            Some(false) => leftovers::remove(self, id, volume).await,
            _ => Ok(()),
        }
    }

    /// Does something to the domain of an instance.
    async fn with<T: Send + 'static>(
        &self,
        id: &InstanceId,
        act: impl Fn(&Handle) -> Result<T, VirtError> + Send + Sync + 'static,
    ) -> Result<T> {
        let id = id.clone();
        self.link.call(move |connection| act(&connection.lookup_domain_by_uuid_string(id.as_str())?)).await
    }

    /// As [`Libvirt::with`]; none if there is no domain.
    async fn with_if_any<T: Send + 'static>(
        &self,
        id: &InstanceId,
        act: impl Fn(&Handle) -> Result<T, VirtError> + Send + Sync + 'static,
    ) -> Result<Option<T>> {
        let id = id.clone();
        let act = move |connection: &Connect| match connection.lookup_domain_by_uuid_string(id.as_str()) {
            Ok(domain) => act(&domain).map(Some),
            Err(error) if is_missing(&error) => Ok(None),
            Err(error) => Err(error),
        };
        self.link.call(act).await
    }
}

#[async_trait]
impl Hypervisor for Libvirt {
    async fn facts(&self) -> Result<Facts> {
        let kind = self.virt_type.to_string();
        let facts = move |connection: &Connect| {
            let node = connection.node_info()?;
            Ok(Facts {
                kind: kind.clone(),
                version: i64::from(connection.hyp_version()?),
                arch: node.model,
                vcpus: i64::from(node.cpus),
                ram_mb: i64::try_from(node.memory / 1024).unwrap_or(i64::MAX),
                disk_gb: None,
            })
        };
        self.link.call_once(facts).await
    }

    async fn check_image(&self, data: &Path, format: DiskFormat) -> Result<()> {
        disk::check_image(data, format).await
    }

    async fn make_disk(&self, disk: &NewDisk) -> Result<()> {
        disk::make(disk).await
    }

    async fn make_drive(&self, drive: &NewDrive) -> Result<()> {
        drive::make(drive).await
    }

    async fn define(&self, domain: &Domain) -> Result<()> {
        disk::prepare_console_log(&domain.console_log).await?;
        let dialect = Dialect {
            virt_type: self.virt_type,
            direct_io: disk::takes_direct_io(&self.layout.instance(&domain.id)).await,
            volumes_direct_io: disk::takes_direct_io(&self.layout.volumes()).await,
            mark: self.mark.clone(),
        };
        let domain = domain.clone();
        let define = move |connection: &Connect| {
            let arch = connection.node_info()?.model;
            let text = xml::domain(&domain, &dialect, &arch, connection.lib_version()?);
            connection.define_domain_xml(&text).map(drop)
        };
        self.link.call(define).await
    }

    async fn start(&self, id: &InstanceId) -> Result<()> {
        if self.with(id, secret::is_wanted).await? {
            secret::tell(&self.link, &self.ceph).await?;
        }
        self.with(id, |domain| if domain.is_active()? { Ok(()) } else { domain.create() }).await
    }

    async fn press_power_button(&self, id: &InstanceId) -> Result<()> {
        self.with(id, |domain| if domain.is_active()? { domain.shutdown() } else { Ok(()) }).await
    }

    async fn destroy(&self, id: &InstanceId) -> Result<()> {
        self.with_if_any(id, switch_off).await.map(drop)
    }

    async fn pause(&self, id: &InstanceId) -> Result<()> {
        self.with(id, Handle::suspend).await.map(drop)
    }

    async fn unpause(&self, id: &InstanceId) -> Result<()> {
        self.with(id, Handle::resume).await.map(drop)
    }

    async fn go_on(&self, id: &InstanceId) -> Result<()> {
        let has_room = disk::has_room(&self.layout.instance(id)) && disk::has_room(&self.layout.volumes());
        if has_room && self.virt_type != VirtType::Xen { halted::let_go_on(self, id).await } else { Ok(()) }
    }

    async fn save(&self, id: &InstanceId) -> Result<()> {
        let save = |domain: &Handle| {
            if !domain.is_active()? && domain.has_managed_save(0)? { Ok(()) } else { domain.managed_save(0) }
        };
        self.with(id, save).await
    }

    async fn attach(&self, id: &InstanceId, port: &PortPlan) -> Result<()> {
        let nic = Device::nic(port, self.virt_type);
        self.with(id, move |domain| nic.attach(domain)).await
    }

    async fn detach(&self, id: &InstanceId, port: &PortPlan) -> Result<()> {
        device::detach(self, id, Device::nic(port, self.virt_type)).await
    }

    async fn attach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()> {
        if matches!(volume.source, DiskSource::Rbd { .. }) {
            secret::tell(&self.link, &self.ceph).await?;
        }
        let disk = self.disk(volume).await;
        self.sweep(id, volume, &disk).await?;
        let attach = |disk: Device| self.with(id, move |domain| disk.attach(domain));
        let Err(error) = attach(disk.clone()).await else { return Ok(()) };
        // It may have died in the midst of it, and been asked again before what it left was removed.
        tracing::info!(instance = %id, volume = %volume.volume_id, %error, "trying once more to plug it in");
        self.sweep(id, volume, &disk).await?;
        attach(disk).await
    }

    async fn detach_volume(&self, id: &InstanceId, volume: &DomainVolume) -> Result<()> {
        let disk = self.disk(volume).await;
        device::detach(self, id, disk.clone()).await?;
        self.sweep(id, volume, &disk).await
    }

    async fn copy_disk(&self, id: &InstanceId, to: &Path, format: DiskFormat, percent: &Percent) -> Result<()> {
        copy::disk(self, &self.layout.disk(id), id, to, format, percent).await
    }

    async fn tidy_disk(&self, id: &InstanceId) -> Result<()> {
        copy::tidy(self, &self.layout.disk(id), id).await
    }

    async fn qmp(&self, id: &InstanceId, command: &str) -> Result<String> {
        if self.virt_type == VirtType::Xen {
            let what = "Changing a disk that a running instance has".to_owned();
            return Err(
                Reason::VolumeCannot { what, why: "Xen does not pass it on; stop the instance first".into() }.into()
            );
        }
        let command = command.to_owned();
        self.with(id, move |domain| domain.qemu_monitor_command(&command, 0)).await
    }

    async fn remove(&self, id: &InstanceId) -> Result<()> {
        let remove = |domain: &Handle| {
            switch_off(domain)?;
            let everything = sys::VIR_DOMAIN_UNDEFINE_MANAGED_SAVE
                | sys::VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA
                | sys::VIR_DOMAIN_UNDEFINE_NVRAM;
            match domain.undefine_flags(everything) {
                Err(error) if is_missing(&error) => Ok(()),
                done => done,
            }
        };
        self.with_if_any(id, remove).await.map(drop)
    }

    async fn state(&self, id: &InstanceId) -> Result<Option<PowerState>> {
        self.with_if_any(id, power_state).await
    }

    async fn list(&self) -> Result<Vec<InstanceId>> {
        let mark = self.mark.clone();
        let list = move |connection: &Connect| {
            let mut ours = Vec::new();
            for domain in connection.list_all_domains(0)? {
                if has_mark(&domain, &mark)? {
                    ours.push(InstanceId::from(domain.uuid_string()?));
                }
            }
            Ok(ours)
        };
        self.link.call(list).await
    }

    async fn screen(&self, id: &InstanceId) -> Result<UnixStream> {
        let open = |domain: &Handle| domain.open_graphics_fd(0, sys::VIR_DOMAIN_OPEN_GRAPHICS_SKIPAUTH);
        let descriptor = self.with(id, open).await?;
        let descriptor = RawFd::try_from(descriptor).map_err(Error::internal)?;
        // SAFETY: libvirt opened the descriptor for us and keeps no copy of it.
        let stream = StdUnixStream::from(unsafe { OwnedFd::from_raw_fd(descriptor) });
        stream.set_nonblocking(true).and_then(|()| UnixStream::from_std(stream)).map_err(Error::internal)
    }

    fn changes(&self) -> broadcast::Receiver<InstanceId> {
        self.link.changes()
    }
}

fn switch_off(domain: &Handle) -> Result<(), VirtError> {
    if domain.is_active()? {
        match domain.destroy() {
            // It ended by itself just now.
            Err(error) if error.code().is(ErrorNumber::OperationInvalid) || is_missing(&error) => {}
            done => done?,
        }
    }
    match domain.has_managed_save(0) {
        Ok(true) => domain.managed_save_remove(0),
        Err(error) if !is_missing(&error) => Err(error),
        _ => Ok(()),
    }
}

fn power_state(domain: &Handle) -> Result<PowerState, VirtError> {
    let (state, _) = domain.state()?;
    Ok(match state {
        Enum::Known(DomainState::Running | DomainState::Blocked | DomainState::Shutdown) => PowerState::Running,
        Enum::Known(DomainState::Paused | DomainState::PMSuspended) => PowerState::Paused,
        Enum::Known(DomainState::Shutoff) if domain.has_managed_save(0)? => PowerState::Suspended,
        Enum::Known(DomainState::Shutoff) => PowerState::Shutdown,
        Enum::Known(DomainState::Crashed) => PowerState::Crashed,
        _ => PowerState::NoState,
    })
}

fn has_mark(domain: &Handle, mark: &str) -> Result<bool, VirtError> {
    match domain.metadata(sys::VIR_DOMAIN_METADATA_ELEMENT as i32, Some(xml::NAMESPACE), 0) {
        Ok(element) => Ok(element.contains(mark)),
        Err(error) if error.code().is(ErrorNumber::NoDomainMetadata) || is_missing(&error) => Ok(false),
        Err(error) => Err(error),
    }
}
