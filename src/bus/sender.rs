//! Who sent a message.

/// What the start of a broker's user name says: the rest is a host's.
const HOST_USER: &str = "host.";

/// Who sent a message, as the bus knows: in process nobody else can, and RabbitMQ lets nobody name another user than
/// the one that it let in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Control, or whoever is in the same process.
    #[default]
    Inside,
    /// The agent of the host of this name.
    Host(String),
}

impl Sender {
    /// Whose user that is.
    pub fn of_user(user: &str) -> Self {
        match user.strip_prefix(HOST_USER) {
            Some(host) => Self::Host(host.to_owned()),
            None => Self::Inside,
        }
    }

    /// The broker's user of a host.
    pub fn user_of_host(host: &str) -> String {
        format!("{HOST_USER}{host}")
    }

    /// Whether it may say or ask something in the name of this host.
    pub fn speaks_for(&self, host: &str) -> bool {
        match self {
            Self::Inside => true,
            Self::Host(name) => name == host,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_speaks_for_itself_alone() {
        let sender = Sender::of_user(&Sender::user_of_host("rack1.a"));
        assert!(sender.speaks_for("rack1.a"));
        assert!(!sender.speaks_for("rack1") && !sender.speaks_for("rack1.a.b") && !sender.speaks_for(""));
        assert!(Sender::of_user("arcus").speaks_for("rack1"));
    }
}
