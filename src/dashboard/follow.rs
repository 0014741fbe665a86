//! A value that came with the page, and is asked for again when what it depends on changes.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

/// `first`, until the browser sees `source` change; then whatever `load` answers to the newest source.
///
/// A `Resource` belongs to the page itself; this may be made anywhere, within a `Suspend` too, since nothing of it is
/// loaded on the server.
pub fn follow<S, T, F>(
    first: T,
    source: impl Fn() -> S + Send + Sync + 'static,
    load: impl Fn(S) -> F + 'static,
) -> Signal<T>
where
    S: Clone + PartialEq + Send + Sync + 'static,
    T: Send + Sync + 'static,
    F: Future<Output = T> + 'static,
{
    let value = RwSignal::new(first);
    let source = Memo::new(move |_| source());
    Effect::watch(
        move || source.get(),
        move |asked, _, _| {
            let (asked, answer) = (asked.clone(), load(asked.clone()));
            spawn_local(async move {
                let answer = answer.await;
                // An answer that was overtaken, or whose page was left, is nobody's any more.
                if source.try_get_untracked().is_some_and(|newest| newest == asked) {
                    value.try_set(answer);
                }
            });
        },
        false,
    );
    value.into()
}
