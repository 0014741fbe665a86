//! Whether guests run on KVM, on plain QEMU, or on Xen.

use std::fmt;

use crate::agent::kvm_usable;
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
        decide(setting, kvm_usable())
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

fn decide(setting: &str, kvm_usable: bool) -> Result<VirtType> {
    match setting {
        "auto" if kvm_usable => Ok(VirtType::Kvm),
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
    fn auto_is_kvm_only_where_it_works() {
        assert_eq!(decide("auto", true), Ok(VirtType::Kvm));
        assert_eq!(decide("auto", false), Ok(VirtType::Qemu));
    }

    #[test]
    fn a_named_type_is_taken_at_its_word() {
        assert_eq!(decide("qemu", true), Ok(VirtType::Qemu));
        assert_eq!(decide("kvm", false), Ok(VirtType::Kvm));
        assert_eq!(decide("xen", false), Ok(VirtType::Xen));
        assert!(decide("vmware", true).is_err());
    }
}
