//! Everything that the page of an instance loads and does, whatever it shows of it.

use leptos::prelude::*;

use super::log::ConsoleLog;
use super::network::Plugged;
use super::shown::{OfTab, Shown};
use super::timeline::{self, Events};
use super::volumes::Attached;
use crate::dashboard::api::images::images;
use crate::dashboard::api::instances::{Act, CreateServerImage, Rename, decision, instance};
use crate::dashboard::live::use_live;
use crate::dashboard::pages::reach::Connect;
use crate::model::image::Image;
use crate::model::instance::Instance;
use crate::model::scheduling::Decision;
use crate::model::{InstanceId, Noun, Result};

/// The page's resources and actions. Made once, with the page: what is drawn anew must not load anew.
#[derive(Clone, Copy)]
pub struct Parts {
    pub id: Memo<InstanceId>,
    pub tab: Memo<String>,
    pub instance: Resource<Result<Instance>>,
    /// What it could start over from.
    pub images: Resource<Result<Vec<Image>>>,
    /// The scheduler's last word on it, if there was one.
    pub decision: Resource<Result<Option<Decision>>>,
    pub act: ServerAction<Act>,
    pub rename: ServerAction<Rename>,
    pub image: ServerAction<CreateServerImage>,
    pub connect: Connect,
    pub plugged: Plugged,
    pub attached: Attached,
    pub events: OfTab<Events>,
    pub log: ConsoleLog,
}

impl Parts {
    /// Starts loading; everything about the instance again whenever there is news of it.
    pub fn load(id: Memo<InstanceId>) -> Self {
        let (live, shown) = (use_live(), Shown::new(id));
        let news = move || live.one(Noun::Instance, id.get().as_str()).get() as usize;
        let rename = ServerAction::<Rename>::new();
        Self {
            id,
            tab: shown.tab,
            instance: Resource::new(move || (id.get(), news(), rename.version().get()), |(id, ..)| instance(id)),
            images: Resource::new(|| (), |()| images()),
            decision: Resource::new(move || (id.get(), news()), |(id, _)| decision(id)),
            act: ServerAction::new(),
            rename,
            image: ServerAction::new(),
            connect: Connect::load(shown),
            plugged: Plugged::load(shown),
            attached: Attached::load(shown),
            events: timeline::load(shown, news),
            log: ConsoleLog::load(shown),
        }
    }
}
