//! Server functions: what pages ask of the server, one file a noun. Each is thin: it takes the caller's context, asks
//! one service, and passes the answer on.
//!
//! Reads return model types. Whatever changes something is a POST with form encoding, so that it works as a plain
//! form; the names of its arguments are the `field`s of the errors that it answers with.

pub mod access;
pub mod commands;
pub mod console;
pub mod flavors;
pub mod floating_ips;
pub mod form;
pub mod hosts;
pub mod images;
pub mod instances;
pub mod interfaces;
pub mod keypairs;
pub mod launch;
pub mod networks;
mod once;
pub mod ports;
pub mod quota;
pub mod reach;
pub mod router_interfaces;
pub mod routers;
pub mod security_groups;
pub mod server_groups;
pub mod session;
pub mod snapshots;
pub mod sources;
pub mod subnets;
pub mod transfers;
pub mod volume_attachments;
pub mod volumes;

#[cfg(feature = "ssr")]
use super::server::{address, ctx, services, session};
#[cfg(feature = "ssr")]
use answer::{answer, asker, done, download, plain_form, redirect, remember_token, remote_address, see};

#[cfg(feature = "ssr")]
pub(crate) mod answer;
