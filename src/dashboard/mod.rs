//! What people see: Leptos pages, rendered on the server and made interactive in the browser.

pub mod api;
mod app;
pub mod components;
#[cfg(feature = "ssr")]
pub(crate) mod equivalent;
mod error;
pub mod follow;
mod funnel;
pub mod i18n;
pub mod live;
pub mod pages;
pub mod preferences;
pub mod reason;
#[cfg(feature = "ssr")]
pub mod server;
pub mod session;
pub mod sizes;
pub mod theme;
pub mod words;

pub use app::App;
#[cfg(feature = "ssr")]
pub use app::shell;
