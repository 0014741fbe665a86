//! Failed sign-ins are let through slowly: a few at once, then one at a time.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::TimeDelta;

use crate::model::{Reason, Timestamp};

/// How many failures may follow each other at once, and after how long one more is allowed.
#[derive(Clone, Copy)]
struct Pace {
    burst: i32,
    every: TimeDelta,
}

/// One person mistypes.
const PER_USER: Pace = Pace { burst: 5, every: TimeDelta::seconds(30) };
/// Several people may sit behind one address.
const PER_ADDRESS: Pace = Pace { burst: 20, every: TimeDelta::seconds(3) };
/// Beyond so many keys, those without recent failures are dropped.
const MANY: usize = 10_000;

/// Hashed, so that a key is small whatever was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Key {
    User(u64),
    Address(IpAddr),
}

impl Key {
    fn pace(self) -> Pace {
        match self {
            Self::User(_) => PER_USER,
            Self::Address(_) => PER_ADDRESS,
        }
    }
}

/// Counts failures per user and per address.
#[derive(Default)]
pub struct Throttle {
    hasher: RandomState,
    /// When each key's failures will be forgotten: every failure moves it by [`Pace::every`].
    forgotten_at: Mutex<HashMap<Key, Timestamp>>,
}

/// An attempt under way; it counts as a failure until [`Throttle::succeeded`] takes it back, so that many at once
/// gain nothing.
#[derive(Debug)]
pub struct Attempt {
    user: Key,
    address: Option<Key>,
}

impl Throttle {
    /// Lets an attempt through, or says how long to wait.
    ///
    /// # Errors
    /// [`Reason::TooManyAttempts`].
    pub fn begin(&self, user: &impl Hash, from: Option<IpAddr>, now: Timestamp) -> Result<Attempt, Reason> {
        let user = Key::User(self.hasher.hash_one(user));
        let address = from.map(|address| Key::Address(network_of(address)));
        let mut map = self.lock();
        let wait = [Some(user), address].into_iter().flatten().map(|key| wait(&map, key, now)).max();
        if let Some(wait) = wait.filter(|wait| *wait > TimeDelta::zero()) {
            let seconds = (wait.num_milliseconds() as u64).div_ceil(1000);
            return Err(Reason::TooManyAttempts { seconds });
        }
        if map.len() >= MANY {
            map.retain(|_, forgotten_at| *forgotten_at > now);
        }
        for key in [Some(user), address].into_iter().flatten() {
            let at = map.entry(key).or_insert(now);
            *at = (*at).max(now) + key.pace().every;
        }
        Ok(Attempt { user, address })
    }

    /// The attempt was no failure: the user starts afresh, and the address gets this one back. (An address is not
    /// cleared: whoever has one account could guess at the others for ever.)
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut map = self.lock();
        map.remove(&attempt.user);
        if let Some(key) = attempt.address
            && let Some(at) = map.get_mut(&key)
        {
            *at -= key.pace().every;
        }
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Timestamp>> {
        self.forgotten_at.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How long until `key` may fail once more; not positive means now.
fn wait(map: &HashMap<Key, Timestamp>, key: Key, now: Timestamp) -> TimeDelta {
    let Pace { burst, every } = key.pace();
    let counted = map.get(&key).map_or(TimeDelta::zero(), |at| *at - now);
    counted - every * (burst - 1)
}

/// An IPv6 customer has at least a /64.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) >> 64 << 64).into(),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST));

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn five_failures_then_a_wait_with_the_seconds_said() {
        let throttle = Throttle::default();
        for _ in 0..5 {
            assert!(throttle.begin(&"ann", None, at(0)).is_ok());
        }
        assert_eq!(throttle.begin(&"ann", None, at(10)).err(), Some(Reason::TooManyAttempts { seconds: 20 }));
        assert!(throttle.begin(&"bob", None, at(10)).is_ok(), "others are not held up");
        assert!(throttle.begin(&"ann", None, at(30)).is_ok(), "one more after the wait");
        assert!(throttle.begin(&"ann", None, at(30)).is_err(), "and only one");
    }

    #[test]
    fn success_clears_the_user_but_not_the_address() {
        let throttle = Throttle::default();
        for user in 0..19 {
            assert!(throttle.begin(&user, HERE, at(0)).is_ok());
        }
        for _ in 0..10 {
            let attempt = throttle.begin(&"mallory", HERE, at(0));
            throttle.succeeded(&attempt.expect("fewer than twenty have failed"));
        }
        assert!(throttle.begin(&20, HERE, at(0)).is_ok());
        assert_eq!(throttle.begin(&21, HERE, at(0)).err(), Some(Reason::TooManyAttempts { seconds: 3 }));
    }

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let [one, two] = ["2001:db8::1", "2001:db8::2"].map(|text| network_of(text.parse().unwrap()));
        assert_eq!(one, two);
        assert_eq!(network_of("::ffff:10.0.0.1".parse().unwrap()), "10.0.0.1".parse::<IpAddr>().unwrap());
    }
}
