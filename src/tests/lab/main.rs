//! Arcus with real guests. Run inside the lab, which has a network and a libvirtd of its own.

mod client;
#[path = "../cloud.rs"]
mod cloud;
mod faults;
mod guest;
mod held;
mod host;
mod images;
mod imports;
mod interfaces;
mod mending;
mod metadata;
mod outside;
mod probe;
mod provider;
mod routers;
mod rules;
mod several;
mod ssh;
mod volumes;
mod walkthrough;
