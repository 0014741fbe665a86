//! The records: one file a noun, SQL in constants. Private to control.
//!
//! Ids, words (`vm_state` and the like) and times bind and read as they are; JSON columns through
//! `sqlx::types::Json` and `#[sqlx(json)]`.

pub mod db;
pub mod flavors;
pub mod hosts;
pub mod images;
pub mod keypairs;

pub use db::{Db, Tx};
