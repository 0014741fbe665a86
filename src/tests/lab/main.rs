//! Arcus with real guests. Run inside the lab, which has a network and a libvirtd of its own.

#[path = "../cloud.rs"]
#[allow(dead_code, reason = "other test targets use what this one does not")]
mod cloud;
mod faults;
mod guest;
mod host;
