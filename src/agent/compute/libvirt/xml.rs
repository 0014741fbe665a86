//! A domain in libvirt's XML (<https://libvirt.org/formatdomain.html>).

mod disks;

use quick_xml::escape::escape;

use self::disks::{config_drive, disk};
pub use self::disks::{secret_of, serial_number, volume};
use super::super::hypervisor::Domain;
use super::virt_type::VirtType;
use crate::bus::contract::PortPlan;

/// Marks the domains that Arcus made.
pub const NAMESPACE: &str = "urn:arcus:instance:1";
/// The first libvirt that knows `tb-cache`.
const TB_CACHE_SINCE: u32 = 8_000_000;

/// What depends on the host and not on the instance.
#[derive(Debug, Clone)]
pub struct Dialect {
    pub virt_type: VirtType,
    /// Whether the disks' file system can go past the page cache.
    pub direct_io: bool,
    /// The same of the volumes'.
    pub volumes_direct_io: bool,
    /// Tells our domains from those of other agents.
    pub mark: String,
}

/// The description of a domain for a host of architecture `arch` with libvirt `libvirt_version`.
pub fn domain(domain: &Domain, dialect: &Dialect, arch: &str, libvirt_version: u32) -> String {
    let is_x86 = matches!(arch, "x86_64" | "i686");
    let Domain { id, name, title, vcpus, ram_mb, .. } = domain;
    let (name, title, mark) = (escape(name.as_str()), escape(title.as_str()), &dialect.mark);
    format!(
        "<domain type='{virt_type}'>
  <name>{name}</name>
  <uuid>{id}</uuid>
  <title>{title}</title>
  <metadata><arcus:instance xmlns:arcus='{NAMESPACE}' agent='{mark}'/></metadata>
  <memory unit='MiB'>{ram_mb}</memory>
  <vcpu>{vcpus}</vcpu>
{firmware}{cpu}  <on_poweroff>destroy</on_poweroff>
  <on_reboot>restart</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
{disk}{volumes}{config_drive}{nics}{serial}{screen}{extras}  </devices>
</domain>
",
        virt_type = dialect.virt_type.in_xml(),
        id = escape(id.as_str()),
        firmware = firmware(id.as_str(), arch, is_x86),
        cpu = cpu(dialect.virt_type, is_x86, libvirt_version),
        disk = disk(domain, dialect),
        volumes = domain
            .volumes
            .iter()
            .map(|one| volume(one, dialect.virt_type, dialect.volumes_direct_io))
            .collect::<String>(),
        config_drive = config_drive(domain, dialect.virt_type),
        nics = domain.ports.iter().map(|port| nic(port, dialect.virt_type)).collect::<String>(),
        serial = serial(domain, is_x86),
        screen = screen(dialect.virt_type, is_x86),
        extras = extras(dialect.virt_type),
    )
}

/// cloud-init and others know an OpenStack guest by what the firmware says of the machine.
fn firmware(id: &str, arch: &str, is_x86: bool) -> String {
    let machine = if is_x86 { " machine='pc'" } else { "" };
    let id = escape(id);
    format!(
        "  <sysinfo type='smbios'><system>
    <entry name='manufacturer'>OpenStack Foundation</entry>
    <entry name='product'>OpenStack Nova</entry>
    <entry name='version'>{version}</entry>
    <entry name='serial'>{id}</entry>
    <entry name='uuid'>{id}</entry>
    <entry name='family'>Virtual Machine</entry>
  </system></sysinfo>
  <os><type arch='{arch}'{machine}>hvm</type><boot dev='hd'/><smbios mode='sysinfo'/></os>
",
        version = env!("CARGO_PKG_VERSION"),
    )
}

fn cpu(virt_type: VirtType, is_x86: bool, libvirt_version: u32) -> String {
    let apic = if is_x86 { "<apic/>" } else { "" };
    // QEMU's own choice is a GiB of translated code per guest.
    let tcg = if virt_type == VirtType::Qemu && libvirt_version >= TB_CACHE_SINCE {
        "<tcg><tb-cache unit='MiB'>32</tb-cache></tcg>"
    } else {
        ""
    };
    let model = match virt_type {
        VirtType::Kvm => "  <cpu mode='host-model'/>\n",
        VirtType::Qemu if is_x86 => "  <cpu mode='custom' match='exact'><model fallback='allow'>qemu64</model></cpu>\n",
        VirtType::Qemu | VirtType::Xen => "",
    };
    let clock = if is_x86 && virt_type != VirtType::Xen {
        "  <clock offset='utc'><timer name='pit' tickpolicy='delay'/><timer name='rtc' tickpolicy='catchup'/>\
         <timer name='hpet' present='no'/></clock>\n"
    } else {
        "  <clock offset='utc'/>\n"
    };
    format!("  <features><acpi/>{apic}{tcg}</features>\n{model}{clock}")
}

/// A NIC, as part of a domain or to be given to one.
pub fn nic(port: &PortPlan, virt_type: VirtType) -> String {
    let (mac, tap, bridge) = (escape(&port.mac), escape(&port.tap), escape(&port.bridge));
    if virt_type == VirtType::Xen {
        // Xen makes its own device and cannot be handed ours.
        return format!("    <interface type='bridge'><mac address='{mac}'/><source bridge='{bridge}'/></interface>\n");
    }
    format!(
        "    <interface type='ethernet'><mac address='{mac}'/><target dev='{tap}' managed='no'/>\
         <model type='virtio'/><mtu size='{mtu}'/></interface>\n",
        mtu = port.mtu,
    )
}

fn serial(domain: &Domain, is_x86: bool) -> String {
    let path = domain.console_log.display().to_string();
    let log = escape(path.as_str());
    let target = if is_x86 { "<target type='isa-serial' port='0'/>" } else { "" };
    format!(
        "    <serial type='pty'><log file='{log}' append='off'/>{target}</serial>
    <console type='pty'><target type='serial' port='0'/></console>\n"
    )
}

/// The screen listens on a unix socket in a directory of libvirt's own; Xen only knows TCP, and keeps to loopback.
fn screen(virt_type: VirtType, is_x86: bool) -> String {
    let graphics = if virt_type == VirtType::Xen {
        "<graphics type='vnc' autoport='yes'><listen type='address' address='127.0.0.1'/></graphics>"
    } else {
        "<graphics type='vnc'><listen type='socket'/></graphics>"
    };
    // A text console needs VGA; a pointer that follows the mouse needs a tablet, and that a USB controller.
    let devices = if is_x86 {
        "<video><model type='vga' vram='16384'/></video>\n    <input type='tablet' bus='usb'/>"
    } else {
        "<video><model type='virtio'/></video>"
    };
    format!("    {graphics}\n    {devices}\n")
}

fn extras(virt_type: VirtType) -> &'static str {
    if virt_type == VirtType::Xen {
        return "";
    }
    "    <rng model='virtio'><backend model='random'>/dev/urandom</backend></rng>
    <memballoon model='virtio'><stats period='10'/></memballoon>\n"
}

#[cfg(test)]
mod tests {
    use super::disks::testing::{data, is_well_formed};
    use super::*;
    use crate::agent::compute::hypervisor::DomainVolume;

    fn sample() -> Domain {
        Domain {
            id: "d81ae412-09cd-4a35-bd63-db74d8846f17".into(),
            name: "instance-0000002a".into(),
            title: "a <b> & 'c'".into(),
            vcpus: 2,
            ram_mb: 64,
            disk: Some("/var/lib/a&b/disk".into()),
            config_drive: None,
            console_log: "/var/lib/a&b/console.log".into(),
            ports: vec![PortPlan {
                port_id: "p1".into(),
                network_id: "n1".into(),
                tap: "tap1".into(),
                bridge: "brq1".into(),
                mac: "fa:16:3e:00:00:11".into(),
                ip: None,
                hostname: String::new(),
                device_id: "d81ae412-09cd-4a35-bd63-db74d8846f17".into(),
                device_owner: "compute:nova".into(),
                host: "host1".into(),
                mtu: 1450,
            }],
            volumes: Vec::new(),
        }
    }

    fn on(virt_type: VirtType) -> Dialect {
        Dialect { virt_type, direct_io: true, volumes_direct_io: true, mark: "0123456789abcdef".into() }
    }

    #[test]
    fn names_and_paths_are_escaped() {
        let text = domain(&sample(), &on(VirtType::Qemu), "x86_64", 9_000_000);
        assert!(text.contains("<title>a &lt;b&gt; &amp; &apos;c&apos;</title>"), "{text}");
        assert!(text.contains("<source file='/var/lib/a&amp;b/disk'/>"), "{text}");
        assert!(is_well_formed(&text));
    }

    #[test]
    fn every_kind_of_host_gets_well_formed_xml() {
        for virt_type in [VirtType::Kvm, VirtType::Qemu, VirtType::Xen] {
            for arch in ["x86_64", "aarch64"] {
                assert!(is_well_formed(&domain(&sample(), &on(virt_type), arch, 9_000_000)), "{virt_type} {arch}");
            }
        }
    }

    #[test]
    fn only_plain_qemu_gets_a_translation_cache_and_only_from_a_libvirt_that_knows_it() {
        let cached = |virt_type, version| domain(&sample(), &on(virt_type), "x86_64", version).contains("tb-cache");
        assert!(cached(VirtType::Qemu, 9_000_000));
        assert!(!cached(VirtType::Qemu, 7_009_000));
        assert!(!cached(VirtType::Kvm, 9_000_000));
        let kvm = domain(&sample(), &on(VirtType::Kvm), "x86_64", 9_000_000);
        assert!(kvm.contains("<domain type='kvm'>") && kvm.contains("host-model"), "{kvm}");
    }

    #[test]
    fn the_page_cache_is_used_only_where_it_must_be() {
        let dialect = Dialect { direct_io: false, ..on(VirtType::Qemu) };
        assert!(domain(&sample(), &dialect, "x86_64", 9_000_000).contains("cache='writeback'"));
        assert!(domain(&sample(), &on(VirtType::Qemu), "x86_64", 9_000_000).contains("cache='none'"));
    }

    #[test]
    fn a_config_drive_can_only_be_read() {
        let plain = domain(&sample(), &on(VirtType::Qemu), "x86_64", 9_000_000);
        assert!(!plain.contains("<readonly/>"), "{plain}");
        let with_drive = Domain { config_drive: Some("/var/lib/a&b/disk.config".into()), ..sample() };
        let text = domain(&with_drive, &on(VirtType::Qemu), "x86_64", 9_000_000);
        let expected = "<source file='/var/lib/a&amp;b/disk.config'/><target dev='vdz' bus='virtio'/><readonly/>";
        assert!(text.contains(expected), "{text}");
        assert!(is_well_formed(&text));
    }

    #[test]
    fn a_volume_is_a_disk_that_the_guest_knows_by_its_serial_number() {
        let with_volume = Domain { volumes: vec![data()], ..sample() };
        let text = domain(&with_volume, &on(VirtType::Kvm), "x86_64", 9_000_000);
        let expected = "<driver name='qemu' type='qcow2' cache='none' discard='unmap'/>\
                        <source file='/var/lib/a&amp;b/volumes/0b9f4c11.qcow2'/><target dev='vdb' bus='virtio'/>\
                        <serial>0b9f4c11-7a53-4f6e-9d0e-8a6b1c2d3e4f</serial></disk>";
        assert!(text.contains(expected) && is_well_formed(&text), "{text}");
    }

    #[test]
    fn a_domain_that_starts_from_a_volume_has_it_as_its_first_disk() {
        let root = DomainVolume { device: "vda".into(), boot: true, ..data() };
        let from_volume = Domain { disk: None, volumes: vec![root], ..sample() };
        let text = domain(&from_volume, &on(VirtType::Qemu), "x86_64", 9_000_000);
        assert_eq!(text.matches("<disk ").count(), 1, "{text}");
        assert!(text.contains("<target dev='vda' bus='virtio'/>"), "{text}");
    }

    #[test]
    fn the_tap_is_ours_and_the_screen_is_not_on_tcp() {
        let text = domain(&sample(), &on(VirtType::Qemu), "x86_64", 9_000_000);
        assert!(text.contains("<target dev='tap1' managed='no'/>"), "{text}");
        assert!(text.contains("<graphics type='vnc'><listen type='socket'/></graphics>"), "{text}");
    }
}
