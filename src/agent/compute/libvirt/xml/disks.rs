//! Disks of a domain in libvirt's XML.

use quick_xml::escape::escape;

use super::Dialect;
use crate::agent::compute::hypervisor::{DiskSource, Domain, DomainVolume};
use crate::agent::compute::libvirt::virt_type::VirtType;

/// For how many seconds QEMU waits for a volume of another host before it calls that an error. A libvirt that does not know
/// this yet, such as 9.0, leaves it out: there it is one at once.
const RECONNECT_WITHIN: u32 = 300;
/// A guest should not see such an error: its CPUs halt, and what it read or wrote is tried again when they go on.
const HALT_ON_ERRORS: &str = " error_policy='stop' rerror_policy='stop'";

/// The disk that is made for an instance; none if it starts from a volume.
pub fn disk(domain: &Domain, dialect: &Dialect) -> String {
    let Some(path) = &domain.disk else { return String::new() };
    let path = path.display().to_string();
    let file = escape(path.as_str());
    let (cache, target) = (cache(dialect.direct_io), target("vda", dialect.virt_type));
    format!(
        "    <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='{cache}' discard='unmap'/>\
         <source file='{file}'/>{target}</disk>\n"
    )
}

/// A volume's disk, as part of a domain or to be given to one.
pub fn volume(volume: &DomainVolume, virt_type: VirtType, direct_io: bool) -> String {
    let (kind, format, cache, source) = match &volume.source {
        DiskSource::Qcow2 { path } => {
            let path = path.display().to_string();
            ("file", "qcow2", cache(direct_io), format!("<source file='{}'/>", escape(path.as_str())))
        }
        DiskSource::Block { path } => {
            let path = path.display().to_string();
            ("block", "raw", "none", format!("<source dev='{}'/>", escape(path.as_str())))
        }
        DiskSource::Nbd { host, port, export } => {
            let (host, export) = (escape(host.as_str()), escape(export.as_str()));
            let source = format!(
                "<source protocol='nbd' name='{export}'><host name='{host}' port='{port}'/>\
                 <reconnect delay='{RECONNECT_WITHIN}'/></source>"
            );
            ("network", "raw", "none", source)
        }
        DiskSource::Rbd { pool, image, conf, user } => {
            let conf = conf.display().to_string();
            let (name, conf) = (format!("{pool}/{image}"), escape(conf.as_str()));
            let auth = user.as_ref().map_or_else(String::new, |user| {
                let (usage, user) = (secret_of(user), escape(user.as_str()));
                format!("<auth username='{user}'><secret type='ceph' usage='{}'/></auth>", escape(usage.as_str()))
            });
            let source = format!(
                "<source protocol='rbd' name='{}'><config file='{conf}'/>{auth}</source>",
                escape(name.as_str())
            );
            // What the guest was told is written is then in the cluster, and not in this process alone.
            ("network", "raw", "none", source)
        }
    };
    format!(
        "    <disk type='{kind}' device='disk'><driver name='qemu' type='{format}' cache='{cache}' discard='unmap'{policy}/>\
         {source}{target}{read_only}{serial_number}</disk>\n",
        target = target(&volume.device, virt_type),
        read_only = if volume.read_only { "<readonly/>" } else { "" },
        serial_number = serial_number(volume),
        policy = if matches!(volume.source, DiskSource::Nbd { .. }) { HALT_ON_ERRORS } else { "" },
    )
}

/// What libvirt knows the key of a Ceph user by.
pub fn secret_of(user: &str) -> String {
    format!("arcus client.{user}")
}

/// What a guest knows a volume by; virtio shows its first 20 characters.
pub fn serial_number(volume: &DomainVolume) -> String {
    format!("<serial>{}</serial>", escape(volume.volume_id.as_str()))
}

fn cache(direct_io: bool) -> &'static str {
    if direct_io { "none" } else { "writeback" }
}

/// The place of a disk, by the name that it has on KVM and QEMU.
fn target(device: &str, virt_type: VirtType) -> String {
    let device = escape(device);
    if virt_type == VirtType::Xen {
        format!("<target dev='x{device}' bus='xen'/>")
    } else {
        format!("<target dev='{device}' bus='virtio'/>")
    }
}

/// A plain disk: every guest that can read its root disk can read it, and a CD-ROM drive it may not know. Its name is
/// far from those of volumes.
pub fn config_drive(domain: &Domain, virt_type: VirtType) -> String {
    let Some(path) = &domain.config_drive else { return String::new() };
    let path = path.display().to_string();
    let file = escape(path.as_str());
    let target = target("vdz", virt_type);
    format!(
        "    <disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='{file}'/>\
         {target}<readonly/></disk>\n"
    )
}

#[cfg(test)]
pub mod testing {
    use super::*;

    /// A volume with what must be escaped.
    pub fn data() -> DomainVolume {
        DomainVolume {
            attachment_id: "a1".into(),
            volume_id: "0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f".into(),
            device: "vdb".into(),
            boot: false,
            read_only: false,
            source: DiskSource::Qcow2 { path: "/var/lib/a&b/volumes/0b9f4c11.qcow2".into() },
        }
    }

    pub fn is_well_formed(text: &str) -> bool {
        let mut reader = quick_xml::Reader::from_str(text);
        loop {
            match reader.read_event() {
                Ok(quick_xml::events::Event::Eof) => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{data, is_well_formed};
    use super::*;

    #[test]
    fn a_disk_that_can_only_be_read_says_so_and_xen_has_its_own_names() {
        let text = volume(&DomainVolume { read_only: true, ..data() }, VirtType::Xen, false);
        assert!(text.contains("<target dev='xvdb' bus='xen'/><readonly/><serial>"), "{text}");
        assert!(text.contains("cache='writeback'"), "{text}");
    }

    #[test]
    fn a_volume_in_a_cluster_names_its_pool_and_whose_key_it_wants() {
        let of = |user: Option<&str>| DiskSource::Rbd {
            pool: "volumes".into(),
            image: "volume-1.host".into(),
            conf: "/etc/ceph/ceph.conf".into(),
            user: user.map(str::to_owned),
        };
        let text = volume(&DomainVolume { source: of(Some("arcus")), ..data() }, VirtType::Qemu, true);
        let expected = "<source protocol='rbd' name='volumes/volume-1.host'><config file='/etc/ceph/ceph.conf'/>\
                        <auth username='arcus'><secret type='ceph' usage='arcus client.arcus'/></auth></source>";
        assert!(text.contains(expected) && text.contains("type='raw'") && is_well_formed(&text), "{text}");
        let open = volume(&DomainVolume { source: of(None), ..data() }, VirtType::Qemu, true);
        assert!(!open.contains("<auth") && is_well_formed(&open), "{open}");
    }

    #[test]
    fn a_volume_on_a_device_is_written_past_the_page_cache() {
        let source = DiskSource::Block { path: "/dev/vg/volume-1".into() };
        let text = volume(&DomainVolume { source, ..data() }, VirtType::Qemu, false);
        assert!(text.contains("<disk type='block'") && text.contains("type='raw' cache='none'"), "{text}");
        assert!(text.contains("<source dev='/dev/vg/volume-1'/>") && is_well_formed(&text), "{text}");
    }

    #[test]
    fn another_host_s_volume_comes_by_nbd() {
        let source = DiskSource::Nbd { host: "192.0.2.7".into(), port: 10809, export: "secret".into() };
        let text = volume(&DomainVolume { source, ..data() }, VirtType::Qemu, true);
        let expected = "<source protocol='nbd' name='secret'><host name='192.0.2.7' port='10809'/>";
        assert!(text.contains("<disk type='network'") && text.contains("type='raw'"), "{text}");
        assert!(text.contains(expected) && is_well_formed(&text), "{text}");
        assert!(text.contains("error_policy='stop' rerror_policy='stop'"), "its guest waits for it: {text}");
    }
}
