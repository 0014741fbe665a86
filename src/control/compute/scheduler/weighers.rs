//! Which of the hosts that can take an instance is best.

use std::cmp::Reverse;

use super::filters::{Ratios, capacity};
use crate::model::host::Host;
use crate::model::scheduling::WeighedHost;

/// Best first: most free memory, so that instances spread; then fewest instances; then by name, so that the same
/// hosts always give the same answer. A weight is the host's share of the most free memory, 0 to 1.
pub fn weigh(hosts: &[Host], ratios: Ratios) -> Vec<WeighedHost> {
    let free = |host: &Host| (capacity(host.inventory.ram_mb, ratios.ram) - host.ram_mb_used).max(0);
    let most = hosts.iter().map(free).max().unwrap_or(0).max(1);
    let mut ranked: Vec<&Host> = hosts.iter().collect();
    ranked.sort_by_key(|host| (Reverse(free(host)), host.instances, &host.inventory.host));
    ranked
        .into_iter()
        .map(|host| WeighedHost { host: host.inventory.host.clone(), weight: free(host) as f64 / most as f64 })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::compute::scheduler::testing::host;

    const RATIOS: Ratios = Ratios { cpu: 1.0, ram: 1.0, disk: 1.0 };

    fn names(hosts: &[Host]) -> Vec<String> {
        weigh(hosts, RATIOS).into_iter().map(|weighed| weighed.host).collect()
    }

    #[test]
    fn most_free_memory_wins_then_fewest_instances_then_the_name() {
        let roomy = host("z", 1, 2000, 1);
        let busy = Host { instances: 3, ..host("a", 1, 1000, 1) };
        let quiet = Host { instances: 1, ..host("c", 1, 1000, 1) };
        let quiet_too = Host { instances: 1, ..host("b", 1, 1000, 1) };
        assert_eq!(names(&[busy.clone(), quiet.clone(), roomy.clone(), quiet_too.clone()]), ["z", "b", "c", "a"]);
        assert_eq!(names(&[quiet_too, roomy, quiet, busy]), ["z", "b", "c", "a"]);
    }

    #[test]
    fn weights_are_shares_of_the_best() {
        let weights: Vec<f64> =
            weigh(&[host("a", 1, 1000, 1), host("b", 1, 500, 1)], RATIOS).iter().map(|host| host.weight).collect();
        assert_eq!(weights, [1.0, 0.5]);
    }
}
