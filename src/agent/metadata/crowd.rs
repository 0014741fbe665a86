//! How many may be served at once, in all and from one address: a guest that hangs on keeps no other out.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const IN_ALL: usize = 256;
const FROM_ONE: usize = 16;

/// Everyone who is being served.
#[derive(Debug, Clone, Default)]
pub struct Crowd(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// A place in the crowd, given back when it goes.
#[derive(Debug)]
pub struct Place {
    crowd: Crowd,
    address: IpAddr,
}

impl Crowd {
    /// A place for another connection from the address, if there is one.
    pub fn enter(&self, address: IpAddr) -> Option<Place> {
        let mut counts = self.counts();
        let from_one = counts.get(&address).copied().unwrap_or_default();
        if from_one >= FROM_ONE || counts.values().sum::<usize>() >= IN_ALL {
            return None;
        }
        counts.insert(address, from_one + 1);
        Some(Place { crowd: self.clone(), address })
    }

    fn counts(&self) -> MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.crowd.counts();
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u16) -> IpAddr {
        IpAddr::from([10, 0, (last >> 8) as u8, last as u8])
    }

    #[test]
    fn one_who_takes_many_places_leaves_room_for_others() {
        let crowd = Crowd::default();
        let mut places: Vec<_> = (0..FROM_ONE).map(|_| crowd.enter(address(1)).unwrap()).collect();
        assert!(crowd.enter(address(1)).is_none());
        assert!(crowd.enter(address(2)).is_some());
        places.pop();
        assert!(crowd.enter(address(1)).is_some());
    }

    #[test]
    fn there_is_an_end_to_the_places() {
        let crowd = Crowd::default();
        let places: Vec<_> = (0..IN_ALL as u16).map(|n| crowd.enter(address(n)).unwrap()).collect();
        assert!(crowd.enter(address(1000)).is_none());
        drop(places);
        assert!(crowd.counts().is_empty());
    }
}
