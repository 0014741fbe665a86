//! The records: one file a noun, SQL in constants. Private to control.
//!
//! The same statements run on SQLite and on PostgreSQL (see [`db`]). Ids, words (`vm_state` and the like) and times bind and read as they are; JSON columns through
//! `sqlx::types::Json` and `#[sqlx(json)]`.

pub mod addresses;
pub mod aggregates;
pub mod allocations;
pub mod application_credentials;
pub mod assignments;
pub mod console_tokens;
pub mod db;
pub mod domains;
pub mod events;
pub mod firewall_hosts;
pub mod firewall_plans;
pub mod flavors;
pub mod floating_ips;
pub mod groups;
pub mod hosts;
pub mod image_members;
pub mod image_sources;
pub mod images;
pub mod instances;
pub mod keypairs;
pub mod metadata;
pub mod networks;
pub mod outbox;
pub mod plans;
pub mod ports;
pub mod projects;
pub mod quotas;
pub mod rbac;
pub mod released_ports;
pub mod revocations;
pub mod roles;
pub mod router_plans;
pub mod routers;
pub mod security_groups;
pub mod server_groups;
pub mod sessions;
pub mod standard;
pub mod standing;
pub mod subnets;
pub mod users;
pub mod volume_attachments;
pub mod volume_messages;
pub mod volume_plans;
pub mod volume_snapshots;
pub mod volume_transfers;
pub mod volume_type_quotas;
pub mod volume_types;
pub mod volumes;

pub use db::{Db, Tx};
