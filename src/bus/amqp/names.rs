//! What exchanges and queues are called, and what a host's user may do with them.

use crate::bus::Topic;

/// Launches, from control to its schedulers.
pub(super) const TO_SCHEDULER: &str = "arcus.scheduler";
/// Questions and reports, from hosts to control.
pub(super) const TO_CONDUCTOR: &str = "arcus.conductor";
/// From control to hosts.
pub(super) const TO_HOSTS: &str = "arcus.hosts";
/// Answers, from hosts to control.
pub(super) const REPLIES: &str = "arcus.replies";
/// What could not be handled, from anybody to [`DEAD`].
pub(super) const TO_DEAD: &str = "arcus.dead";
/// The default exchange: straight into the queue that the routing key names.
pub(super) const DEFAULT: &str = "";

pub(super) const EXCHANGES: [&str; 5] = [TO_SCHEDULER, TO_CONDUCTOR, TO_HOSTS, REPLIES, TO_DEAD];

/// The queue of dead letters.
pub(super) const DEAD: &str = "dead";

/// The exchange that leads to a topic's queue; the queue and the routing key are called as the topic.
pub(super) fn exchange(topic: &Topic) -> &'static str {
    match topic.as_str() {
        "scheduler" => TO_SCHEDULER,
        "conductor" => TO_CONDUCTOR,
        _ => TO_HOSTS,
    }
}

/// The topics of a host.
pub fn topics_of(host: &str) -> [Topic; 2] {
    [Topic::compute(host), Topic::network(host)]
}

/// What a host's user may do in the virtual host, as RabbitMQ's permissions: regular expressions over names of queues
/// and exchanges.
#[derive(Debug, PartialEq, Eq)]
pub struct Permissions {
    /// Make and remove: its own reply queues.
    pub configure: String,
    /// Publish to: the conductor, and answers.
    pub write: String,
    /// Consume from: its own queues.
    pub read: String,
}

impl Permissions {
    /// Those of a host.
    pub fn of_host(host: &str) -> Self {
        let name = quoted(host);
        let reply = format!("reply\\.host\\.{name}\\.[0-9a-f]{{32}}");
        let write = [TO_CONDUCTOR, REPLIES, TO_DEAD].map(quoted).join("|");
        Self {
            configure: format!("^{reply}$"),
            write: format!("^({write})$"),
            read: format!("^(compute\\.{name}|network\\.{name}|{reply})$"),
        }
    }
}

/// A literal in a regular expression.
fn quoted(literal: &str) -> String {
    literal.chars().fold(String::new(), |mut quoted, letter| {
        if !letter.is_ascii_alphanumeric() && letter != '_' {
            quoted.push('\\');
        }
        quoted.push(letter);
        quoted
    })
}

/// Whether a name can be a host's on the bus: it becomes part of names of users and queues, and of patterns.
pub fn is_host_name(name: &str) -> bool {
    let fit = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    name.len() <= 63 && name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(fit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_in_a_host_s_name_is_a_dot() {
        let permissions = Permissions::of_host("rack1.a");
        assert_eq!(permissions.configure, r"^reply\.host\.rack1\.a\.[0-9a-f]{32}$");
        assert_eq!(permissions.write, r"^(arcus\.conductor|arcus\.replies|arcus\.dead)$");
        assert!(permissions.read.starts_with(r"^(compute\.rack1\.a|network\.rack1\.a|reply\.host"));
    }

    #[test]
    fn names_that_would_mean_something_else_are_no_host_s() {
        assert!(is_host_name("compute-1.rack_a"));
        for name in ["", ".a", "a b", "a|b", "a/b", "a*", "é", &"a".repeat(64)] {
            assert!(!is_host_name(name), "{name:?}");
        }
    }
}
