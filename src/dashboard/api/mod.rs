//! Server functions: what pages ask of the server, one file a noun. Each is thin: it takes the caller's context, asks
//! one service, and passes the answer on.

pub mod form;
pub mod session;

#[cfg(feature = "ssr")]
use super::server::{ctx, services, session};
#[cfg(feature = "ssr")]
use answer::{answer, redirect, remember_token, remote_address};

#[cfg(feature = "ssr")]
#[allow(dead_code, reason = "the other nouns come next")]
mod answer;
