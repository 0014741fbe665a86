//! Looks at the machine: is there KVM, does libvirt answer.

use std::path::Path;

/// Whether this kernel has KVM loaded. `/dev/kvm` alone proves nothing: it also exists where guests hang on it.
pub fn kvm_usable() -> bool {
    let modules: &[&str] = match std::env::consts::ARCH {
        "x86_64" | "x86" => &["kvm_intel", "kvm_amd"],
        _ => &["kvm"],
    };
    Path::new("/dev/kvm").exists() && modules.iter().any(|module| Path::new("/sys/module").join(module).exists())
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
