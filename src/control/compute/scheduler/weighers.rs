//! Which of the hosts that can take an instance is best.

use std::cmp::Reverse;

use super::filters::{Ratios, capacity};
use crate::model::host::Host;
use crate::model::scheduling::WeighedHost;
use crate::model::server_group::Companions;

/// Best first: what the instance's server group likes; most free memory, so that instances spread; then fewest
/// instances; then by name, so that the same hosts always give the same answer. A weight is the host's share of the most
/// free memory, 0 to 1, and one for each instance that a soft policy counts.
pub fn weigh(hosts: &[Host], ratios: Ratios, companions: Option<&Companions>) -> Vec<WeighedHost> {
    let liking = |host: &Host| companions.map_or(0, |companions| companions.liking(&host.inventory.host));
    let free = |host: &Host| (capacity(host.inventory.ram_mb, ratios.ram) - host.ram_mb_used).max(0);
    let most = hosts.iter().map(free).max().unwrap_or(0).max(1);
    let mut ranked: Vec<&Host> = hosts.iter().collect();
    ranked.sort_by_key(|host| (Reverse(liking(host)), Reverse(free(host)), host.instances, &host.inventory.host));
    let weight = |host: &Host| f64::from(liking(host)) + free(host) as f64 / most as f64;
    ranked.into_iter().map(|host| WeighedHost { host: host.inventory.host.clone(), weight: weight(host) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::compute::scheduler::testing::host;
    use crate::model::server_group::Policy;

    const RATIOS: Ratios = Ratios { cpu: 1.0, ram: 1.0, disk: 1.0 };

    fn names(hosts: &[Host]) -> Vec<String> {
        weigh(hosts, RATIOS, None).into_iter().map(|weighed| weighed.host).collect()
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
    fn what_a_server_group_likes_comes_before_memory() {
        let companions = Companions { policy: Policy::SoftAffinity, max_per_host: 1, on: [("b".to_owned(), 1)].into() };
        let hosts = [host("a", 1, 1000, 1), host("b", 1, 500, 1)];
        let weighed = weigh(&hosts, RATIOS, Some(&companions));
        assert_eq!(
            weighed.iter().map(|host| (host.host.as_str(), host.weight)).collect::<Vec<_>>(),
            [("b", 1.5), ("a", 1.0)]
        );
        let apart = Companions { policy: Policy::SoftAntiAffinity, ..companions };
        assert_eq!(weigh(&hosts, RATIOS, Some(&apart))[0].host, "a");
    }

    #[test]
    fn weights_are_shares_of_the_best() {
        let weights: Vec<f64> = weigh(&[host("a", 1, 1000, 1), host("b", 1, 500, 1)], RATIOS, None)
            .iter()
            .map(|host| host.weight)
            .collect();
        assert_eq!(weights, [1.0, 0.5]);
    }
}
