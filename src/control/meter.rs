//! What is counted of launches, scheduling and the database.

use std::time::Duration;

use metrics::{counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram};

use super::shared::Shared;
use super::store::db::PoolUse;
use super::store::{hosts, outbox};
use crate::model::{Result, Timestamp};

const LAUNCHES: &str = "arcus_launches_total";
const LAUNCH_SECONDS: &str = "arcus_launch_duration_seconds";
const SCHEDULING_SECONDS: &str = "arcus_scheduling_duration_seconds";
const OUTBOX: &str = "arcus_outbox_messages";
const HOSTS: &str = "arcus_hosts";
const CONNECTIONS: &str = "arcus_database_connections";
const WRITE_WAIT_SECONDS: &str = "arcus_database_write_wait_seconds";

/// Says what the numbers mean.
pub fn describe() {
    describe_counter!(LAUNCHES, "Launches that ended, by result (active or error), as this process learned of it");
    describe_histogram!(LAUNCH_SECONDS, "Seconds from the request to the end of a launch, by result");
    describe_histogram!(SCHEDULING_SECONDS, "Seconds that choosing and claiming a host took, by result");
    describe_gauge!(
        OUTBOX,
        "Messages in the outbox: written, and not yet safely delivered; the same from each process"
    );
    describe_gauge!(
        HOSTS,
        "Hosts that run instances, by whether they are heard of (up, down); the same from each process"
    );
    describe_gauge!(CONNECTIONS, "This process' connections to the database, by pool and by whether they are in use");
    describe_histogram!(WRITE_WAIT_SECONDS, "Seconds that write transactions waited for their turn");
}

/// How a launch ended.
#[derive(Debug, Clone, Copy)]
pub enum Launch {
    Active,
    Error,
}

/// A launch that was asked for at `began` has ended.
pub fn launch_ended(result: Launch, began: Timestamp, now: Timestamp) {
    let result = match result {
        Launch::Active => "active",
        Launch::Error => "error",
    };
    counter!(LAUNCHES, "result" => result).increment(1);
    histogram!(LAUNCH_SECONDS, "result" => result).record((now - began).as_seconds_f64().max(0.0));
}

/// A host was chosen, or none could be.
pub fn scheduled(placed: bool, took: Duration) {
    histogram!(SCHEDULING_SECONDS, "result" => if placed { "placed" } else { "no_host" }).record(took);
}

/// A write transaction had its turn.
pub fn write_began(waited: Duration) {
    histogram!(WRITE_WAIT_SECONDS).record(waited);
}

/// Takes the numbers that are not counted as things happen: those of the records and of the pools, as they are now.
///
/// # Errors
/// When the database does not answer; the pools' numbers are taken all the same.
pub(super) async fn observe(shared: &Shared) -> Result<()> {
    for PoolUse { pool, used, idle } in shared.db.in_use() {
        gauge!(CONNECTIONS, "pool" => pool, "state" => "used").set(used);
        gauge!(CONNECTIONS, "pool" => pool, "state" => "idle").set(idle);
    }
    gauge!(OUTBOX).set(outbox::depth(shared.db.read()).await? as f64);
    let hosts = hosts::list(shared.db.read(), shared.alive_since()).await?;
    let up = hosts.iter().filter(|host| host.alive).count();
    gauge!(HOSTS, "state" => "up").set(up as f64);
    gauge!(HOSTS, "state" => "down").set((hosts.len() - up) as f64);
    Ok(())
}
