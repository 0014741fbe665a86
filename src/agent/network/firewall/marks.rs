//! The marks by which the bridge's rules tell those above what a frame is subject to.

use std::collections::BTreeMap;

use crate::bus::contract::FirewallPort;
use crate::model::SecurityGroupId;

/// The upper half of every mark of ours; nobody else's look like it. The lower half tells lists of groups apart.
const OURS: u32 = 0xa4c5_0000;
/// That a mark is ours, as nft matches it.
pub const IS_OURS: &str = "meta mark & 0xffff0000 == 0xa4c50000";
/// That it is not.
pub const IS_NOT_OURS: &str = "meta mark & 0xffff0000 != 0xa4c50000";

/// Lists of security groups, sorted, with their marks.
pub type Marked = BTreeMap<Vec<SecurityGroupId>, u32>;

/// The groups of a port in the order in which [`Marked`] has them.
pub fn groups_of(port: &FirewallPort) -> Vec<SecurityGroupId> {
    let mut groups = port.groups.clone();
    groups.sort();
    groups.dedup();
    groups
}

/// Ports in the same groups share a mark. It stays theirs while there is such a port, so that no frame that is under
/// way while rules are replaced is taken for another port's.
#[derive(Debug, Default)]
pub struct Marks {
    given: Marked,
    last: u16,
}

impl Marks {
    /// A mark for every list of groups that a port is in; those that no port is in any more lose theirs.
    pub fn of(&mut self, ports: &[FirewallPort]) -> &Marked {
        let mut before = std::mem::take(&mut self.given);
        for port in ports {
            let groups = groups_of(port);
            let mark = before.remove(&groups).or_else(|| self.given.get(&groups).copied());
            let mark = mark.unwrap_or_else(|| self.unused(&before));
            self.given.insert(groups, mark);
        }
        &self.given
    }

    /// The next number, around and around, that neither an old nor a new list has.
    fn unused(&mut self, before: &Marked) -> u32 {
        loop {
            self.last = self.last.wrapping_add(1);
            let mark = OURS | u32::from(self.last);
            if !before.values().chain(self.given.values()).any(|used| *used == mark) {
                return mark;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::port;
    use super::*;

    #[test]
    fn ports_in_the_same_groups_share_a_mark_and_keep_it() {
        let mut marks = Marks::default();
        let before = marks.of(&[port(1, &["a", "b"]), port(2, &["b", "a"]), port(3, &["b"])]).clone();
        assert_eq!(before.len(), 2);
        let after = marks.of(&[port(3, &["b"]), port(4, &["a"])]).clone();
        assert_eq!(after[&vec!["b".into()]], before[&vec!["b".into()]]);
        assert_eq!(after.len(), 2);
        assert!(
            !before.values().any(|mark| *mark == after[&vec!["a".into()]]),
            "a mark in use before is not given anew"
        );
    }
}
