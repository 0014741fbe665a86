//! Who is signed in, for every page below the layout.

use leptos::prelude::*;

use super::api::session::me;
use super::i18n::tr;
use crate::model::Result;
use crate::model::identity::Me;

/// The signed-in person's resource.
#[derive(Clone, Copy)]
pub struct Session {
    /// Loaded before anything of a page is sent.
    pub me: Resource<Result<Me>>,
}

impl Session {
    /// Starts loading and puts it into the context.
    pub fn provide() -> Self {
        let session = Self { me: Resource::new_blocking(|| (), |()| me()) };
        provide_context(session);
        session
    }

    /// Why this person cannot change anything in the project, or none if they can. Reactive; read it inside a
    /// `Transition` or `Suspense`.
    pub fn no_write(&self) -> Option<String> {
        self.known_no_write().flatten()
    }

    /// The same; none at all as long as nobody knows.
    pub fn known_no_write(&self) -> Option<Option<String>> {
        Some(no_write(&self.me.get()?.ok()?))
    }

    /// The same, waited for: for a `Suspend`.
    pub async fn why_no_write(self) -> Option<String> {
        no_write(&self.me.await.ok()?)
    }

    /// Why this person cannot administrate, or none if they can. Reactive, as [`Self::no_write`].
    pub fn no_admin(&self) -> Option<String> {
        let me = self.me.get()?.ok()?;
        (!me.is_admin).then(|| tr!(common.needs_admin).to_owned())
    }
}

fn no_write(me: &Me) -> Option<String> {
    (!me.can_write).then(|| tr!(common.needs_member).to_owned())
}

/// Who is signed in.
///
/// # Panics
/// Outside the layout.
pub fn use_session() -> Session {
    expect_context()
}
