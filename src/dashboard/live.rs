//! News from the server: one event stream a tab, and a signal per thing that pages refetch on.
//!
//! News say what changed, never the data. Bursts are gathered for a moment, so that a launch with its dozens of
//! changes costs a page a few refetches a second and not dozens.

use std::collections::HashMap;
#[cfg(feature = "hydrate")]
use std::collections::HashSet;

use leptos::prelude::*;

use crate::model::Noun;

#[cfg(feature = "hydrate")]
mod stream;

/// How the connection for news stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Connection {
    /// Not connected (yet): on the server, and without script.
    #[default]
    Off,
    /// News arrive.
    Live,
    /// Broken off; being tried again.
    Reconnecting,
}

#[cfg(feature = "hydrate")]
/// How long news are gathered before pages hear of them, in milliseconds.
const GATHER_MS: u32 = 150;

type Key = (Noun, Option<String>);

/// The page's ear for news. Provided once by the layout.
#[derive(Clone, Copy)]
pub struct Live {
    connection: RwSignal<Connection>,
    counters: StoredValue<HashMap<Key, RwSignal<u32>>>,
    #[cfg(feature = "hydrate")]
    gathered: StoredValue<HashSet<Key>>,
    owner: StoredValue<Owner>,
}

impl Live {
    /// Puts it into the context, and opens the stream in the browser.
    pub fn provide() -> Self {
        let live = Self {
            connection: RwSignal::new(Connection::Off),
            counters: StoredValue::new(HashMap::new()),
            #[cfg(feature = "hydrate")]
            gathered: StoredValue::new(HashSet::new()),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        provide_context(live);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| stream::open(live));
        live
    }

    /// How the connection stands.
    pub fn connection(&self) -> Signal<Connection> {
        self.connection.into()
    }

    /// Grows whenever anything of this kind changed. For a resource's source.
    pub fn any(&self, noun: Noun) -> Signal<u32> {
        self.counter((noun, None)).into()
    }

    /// Grows whenever this one thing changed.
    pub fn one(&self, noun: Noun, id: &str) -> Signal<u32> {
        self.counter((noun, Some(id.to_owned()))).into()
    }

    /// Counters outlive the page that first asked for them: they belong to the layout.
    fn counter(&self, key: Key) -> RwSignal<u32> {
        if let Some(known) = self.counters.with_value(|counters| counters.get(&key).copied()) {
            return known;
        }
        let signal = self.owner.with_value(|owner| owner.with(|| RwSignal::new(0)));
        self.counters.update_value(|counters| {
            counters.insert(key, signal);
        });
        signal
    }
}

/// The page's ear for news; silent where no layout has provided one.
pub fn use_live() -> Live {
    use_context().unwrap_or_else(Live::provide)
}
