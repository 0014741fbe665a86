//! The user that libvirt runs QEMU as.

use nix::unistd::User;

/// Its names, by distribution.
const NAMES: &[&str] = &["libvirt-qemu", "qemu"];

/// The user, where this machine has one; else QEMU runs as root.
pub fn qemu_user() -> Option<User> {
    NAMES.iter().find_map(|name| User::from_name(name).ok().flatten())
}
