//! Arcus: a private cloud in one binary. ARCHITECTURE.md is the map.

#[cfg(feature = "agent")]
pub mod agent;
#[cfg(feature = "server")]
pub mod bus;
#[cfg(feature = "ssr")]
pub mod config;
#[cfg(feature = "control")]
pub mod control;
#[cfg(feature = "dashboard")]
pub mod dashboard;
#[cfg(feature = "ssr")]
pub mod http;
pub mod model;
#[cfg(feature = "ssr")]
pub mod roles;
#[cfg(feature = "ssr")]
pub mod telemetry;

/// The browser's entry: makes the server-rendered page interactive.
#[cfg(feature = "hydrate")]
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(dashboard::App);
}
