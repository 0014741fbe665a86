//! Whether guests run on KVM, on plain QEMU, or on Xen.

use std::fmt;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use crate::model::{Error, Reason, Result};

/// What makes a guest run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VirtType {
    Kvm,
    Qemu,
    Xen,
}

impl VirtType {
    /// The type that a setting names; `auto` is KVM where this machine has it.
    ///
    /// # Errors
    /// For any other word than `auto`, `kvm`, `qemu` and `xen`.
    pub fn of_this_machine(setting: &str) -> Result<Self> {
        let device = std::fs::metadata("/dev/kvm").is_ok_and(|found| found.file_type().is_char_device());
        decide(setting, std::env::consts::ARCH, device, |name| Path::new("/sys/module").join(name).is_dir())
    }

    /// The word that libvirt's XML has for it.
    pub fn in_xml(self) -> &'static str {
        match self {
            Self::Kvm => "kvm",
            Self::Qemu => "qemu",
            Self::Xen => "xen",
        }
    }
}

impl fmt::Display for VirtType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Kvm => "KVM",
            Self::Qemu => "QEMU",
            Self::Xen => "Xen",
        })
    }
}

/// The device alone is not enough: a nested machine may have one that no hardware is behind.
fn decide(setting: &str, arch: &str, device: bool, module: impl Fn(&str) -> bool) -> Result<VirtType> {
    let hardware = match arch {
        "x86" | "x86_64" => module("kvm_intel") || module("kvm_amd"),
        "powerpc64" => module("kvm_hv") || module("kvm_pr"),
        _ => module("kvm"),
    };
    match setting {
        "auto" if device && hardware => Ok(VirtType::Kvm),
        "auto" | "qemu" => Ok(VirtType::Qemu),
        "kvm" => Ok(VirtType::Kvm),
        "xen" => Ok(VirtType::Xen),
        other => Err(Error::on(
            "virt_type",
            Reason::NotAChoice {
                field: "virt_type".into(),
                value: other.into(),
                choices: "auto, kvm, qemu, xen".into(),
            },
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn auto_is_kvm_only_with_the_device_and_the_hardware_s_module() {
        let intel = |name: &str| name == "kvm_intel";
        let bare = |name: &str| name == "kvm";
        assert_eq!(decide("auto", "x86_64", true, intel), Ok(VirtType::Kvm));
        assert_eq!(decide("auto", "x86_64", false, intel), Ok(VirtType::Qemu));
        assert_eq!(decide("auto", "x86_64", true, bare), Ok(VirtType::Qemu));
        assert_eq!(decide("auto", "aarch64", true, bare), Ok(VirtType::Kvm));
    }

    #[test]
    fn a_named_type_is_taken_at_its_word() {
        let nothing = |_: &str| false;
        assert_eq!(decide("kvm", "x86_64", false, nothing), Ok(VirtType::Kvm));
        assert_eq!(decide("xen", "x86_64", false, nothing), Ok(VirtType::Xen));
        assert!(decide("vmware", "x86_64", false, nothing).is_err());
    }
}
