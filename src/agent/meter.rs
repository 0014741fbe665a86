//! What is counted on a host.

use metrics::{counter, describe_counter, describe_gauge, gauge};

const BUILDS: &str = "arcus_agent_builds";
const FINDINGS: &str = "arcus_agent_reconcile_findings_total";
const IMAGES: &str = "arcus_agent_image_cache_lookups_total";

/// Says what the numbers mean.
pub fn describe() {
    describe_gauge!(BUILDS, "Launches that this host is carrying out now");
    describe_counter!(FINDINGS, "What the comparison of this host with the records found to be mended, by what it was");
    describe_counter!(IMAGES, "Launches that wanted an image, by whether this host's cache had it (hit) or not (miss)");
}

/// A launch at work; it is over when this is dropped.
pub struct AtWork(());

impl AtWork {
    /// One more.
    pub fn begin() -> Self {
        gauge!(BUILDS).increment(1);
        Self(())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        gauge!(BUILDS).decrement(1);
    }
}

/// Something was found that is not as the records say.
pub fn found(what: &'static str) {
    counter!(FINDINGS, "finding" => what).increment(1);
}

/// An image was wanted.
pub fn image_wanted(cached: bool) {
    counter!(IMAGES, "result" => if cached { "hit" } else { "miss" }).increment(1);
}
