//! What the page of an instance shows: which one, and which of its tabs.

use std::future::Future;

use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::dashboard::components::query::param;
use crate::model::InstanceId;

/// Something of one tab; none while another tab is looked at.
pub type OfTab<T> = Resource<Option<T>>;

/// The instance and the tab, as the address says.
#[derive(Clone, Copy)]
pub struct Shown {
    pub id: Memo<InstanceId>,
    pub tab: Memo<String>,
}

impl Shown {
    /// The tab is in the address's query.
    pub fn new(id: Memo<InstanceId>) -> Self {
        Self { id, tab: param("tab") }
    }

    /// What one tab shows, loaded while it is looked at and anew whenever `news` changes.
    ///
    /// Only for the page itself, never within a `Suspend`: the server renders what is within more than once, and the
    /// browser would take the data of one resource for those of another.
    pub fn on<T, F>(
        self,
        tab: &'static str,
        news: impl Fn() -> usize + Send + Sync + 'static,
        load: impl Fn(InstanceId) -> F + Clone + Send + Sync + 'static,
    ) -> OfTab<T>
    where
        T: Serialize + DeserializeOwned + Send + Sync + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let asked = move || (self.tab.get() == tab).then(|| (self.id.get(), news()));
        Resource::new(asked, move |asked| {
            let loading = asked.map(|(id, _)| load(id));
            async move {
                match loading {
                    Some(loading) => Some(loading.await),
                    None => None,
                }
            }
        })
    }
}
