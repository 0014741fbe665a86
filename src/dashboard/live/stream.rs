//! The browser's end of the event stream.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

use super::{Connection, GATHER_MS, Live};
use crate::model::live::Change;

/// Opens `/events` and listens until the layout goes away. The browser reconnects by itself.
pub(super) fn open(live: Live) {
    let Ok(source) = EventSource::new(&address()) else { return };

    let opened = Closure::<dyn Fn()>::new(move || {
        let before = live.connection.try_get_untracked();
        live.connection.try_set(Connection::Live);
        if before == Some(Connection::Reconnecting) {
            live.everything();
        }
    });
    let failed = Closure::<dyn Fn()>::new(move || {
        live.connection.try_set(Connection::Reconnecting);
    });
    let changed = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string().unwrap_or_default();
        if let Ok(change) = serde_json::from_str::<Change>(&text) {
            live.gather(change);
        }
    });
    // The server's word for "you missed some".
    let missed = Closure::<dyn Fn()>::new(move || live.everything());

    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    for (name, listener) in [("change", changed.as_ref()), ("missed", missed.as_ref())] {
        // Adding a listener to an open event source cannot fail.
        let _ = source.add_event_listener_with_callback(name, listener.unchecked_ref());
    }
    let held = StoredValue::new_local((source, opened, failed, changed, missed));
    on_cleanup(move || {
        held.try_with_value(|(source, ..)| source.close());
    });
}

/// Where news come from, with how many the page knows of already.
fn address() -> String {
    let page = document().document_element();
    let known = page.and_then(|page| page.get_attribute("data-news"));
    known.map_or_else(|| "/events".to_owned(), |known| format!("/events?since={known}"))
}

impl Live {
    fn gather(self, change: Change) {
        let first = self.gathered.try_update_value(|gathered| {
            let first = gathered.is_empty();
            gathered.insert((change.noun, None));
            gathered.insert((change.noun, Some(change.id)));
            first
        });
        if first == Some(true) {
            Timeout::new(GATHER_MS, move || self.tell()).forget();
        }
    }

    fn tell(self) {
        let keys = self.gathered.try_update_value(std::mem::take).unwrap_or_default();
        let counters = self
            .counters
            .try_with_value(|counters| keys.iter().filter_map(|key| counters.get(key).copied()).collect::<Vec<_>>());
        counters.unwrap_or_default().into_iter().for_each(bump);
    }

    fn everything(self) {
        let counters = self.counters.try_with_value(|counters| counters.values().copied().collect::<Vec<_>>());
        counters.unwrap_or_default().into_iter().for_each(bump);
    }
}

fn bump(counter: RwSignal<u32>) {
    counter.try_update(|count| *count = count.wrapping_add(1));
}
