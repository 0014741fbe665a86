//! Looks at the machine: is there KVM, does libvirt answer.

use std::os::unix::fs::FileTypeExt;
use std::path::Path;

/// Whether guests can run on KVM here. The device alone proves nothing: a nested machine may have one that guests hang
/// on, with no hardware behind it.
pub fn kvm_usable() -> bool {
    let device = std::fs::metadata("/dev/kvm").is_ok_and(|found| found.file_type().is_char_device());
    device && has_hardware_module(std::env::consts::ARCH, |name| Path::new("/sys/module").join(name).is_dir())
}

fn has_hardware_module(arch: &str, is_loaded: impl Fn(&str) -> bool) -> bool {
    let modules: &[&str] = match arch {
        "x86_64" | "x86" => &["kvm_intel", "kvm_amd"],
        "powerpc64" => &["kvm_hv", "kvm_pr"],
        _ => &["kvm"],
    };
    modules.iter().any(|name| is_loaded(name))
}

/// Asks libvirt at `uri` for its version, such as `QEMU 10.0.2`.
///
/// # Errors
/// libvirt's own sentence when it does not answer.
#[cfg(feature = "libvirt")]
pub async fn probe_libvirt(uri: &str) -> Result<String, String> {
    let uri = uri.to_owned();
    let probe = tokio::task::spawn_blocking(move || {
        let connection = virt::connect::Connect::open(Some(&uri)).map_err(|error| error.message().to_owned())?;
        let kind = connection.driver_type().map_err(|error| error.message().to_owned())?;
        let version = connection.hyp_version().map_err(|error| error.message().to_owned())?;
        Ok(format!("{kind} {}.{}.{}", version / 1_000_000, version / 1000 % 1000, version % 1000))
    });
    probe.await.map_err(|error| error.to_string())?
}

/// As above, in a program that was built without libvirt.
///
/// # Errors
/// Always.
#[cfg(not(feature = "libvirt"))]
pub async fn probe_libvirt(_uri: &str) -> Result<String, String> {
    Err("this program was built without libvirt".to_owned())
}

#[cfg(test)]
mod tests {
    use super::has_hardware_module;

    #[test]
    fn kvm_needs_the_module_of_the_hardware() {
        let bare = |name: &str| name == "kvm";
        assert!(has_hardware_module("x86_64", |name| name == "kvm_intel"));
        assert!(has_hardware_module("x86_64", |name| name == "kvm_amd"));
        assert!(!has_hardware_module("x86_64", bare));
        assert!(has_hardware_module("aarch64", bare));
    }
}
