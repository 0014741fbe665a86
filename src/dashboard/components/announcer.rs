//! Tells screen readers what changed, politely.

use leptos::prelude::*;

/// The one live region's text.
#[derive(Clone, Copy)]
pub struct Announcer(RwSignal<String>);

impl Announcer {
    /// Puts it into the context.
    pub fn provide() -> Self {
        let announcer = Self(RwSignal::new(String::new()));
        provide_context(announcer);
        announcer
    }

    /// Has a sentence read out when the reader is idle; a later one replaces it.
    pub fn say(&self, sentence: impl Into<String>) {
        self.0.set(sentence.into());
    }

    /// What was said last. Reactive.
    pub fn said(&self) -> String {
        self.0.get()
    }
}

/// The page's announcer.
///
/// # Panics
/// Outside the application.
pub fn use_announcer() -> Announcer {
    expect_context()
}
