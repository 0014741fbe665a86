//! Arcus with real guests. Run inside the lab, which has a network and a libvirtd of its own.

#[path = "../cloud.rs"]
mod cloud;
mod faults;
mod guest;
mod host;
mod interfaces;
mod rules;
mod metadata;
mod probe;
mod ssh;
