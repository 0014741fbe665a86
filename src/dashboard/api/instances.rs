//! Instances: lists, one of them, and what can be done to it.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
use crate::model::connect::Connection;
use crate::model::instance::{Instance, InstanceFilter, InstanceSort};
use crate::model::page::{Page, PageRequest};
use crate::model::scheduling::Decision;
use crate::model::state::Verb;
use crate::model::step::StepEvent;
use crate::model::{Error, InstanceId};
#[cfg(feature = "ssr")]
use crate::{
    control::Ctx,
    model::ImageId,
    model::instance::{InstanceChange, NewInstanceImage},
};

/// The end of a console log that a page shows, in bytes.
#[cfg(feature = "ssr")]
const MAX_LOG: u64 = 256 * 1024;

/// One page of the project's instances.
#[server(endpoint = "instances/list")]
pub async fn instances(
    #[server(default)] filter: InstanceFilter,
    page: PageRequest<InstanceSort>,
) -> Result<Page<Instance>, Error> {
    answer(async { services()?.compute.instances(&ctx()?, &filter, page).await }).await
}

/// One instance.
#[server(endpoint = "instances/show", name = ShowInstance)]
pub async fn instance(id: InstanceId) -> Result<Instance, Error> {
    answer(async { services()?.compute.instance(&ctx()?, &id).await }).await
}

/// The names of the project's instances, for lists of what belongs to them.
#[server(endpoint = "instances/names", name = ShowInstanceNames)]
pub async fn instance_names() -> Result<BTreeMap<InstanceId, String>, Error> {
    answer(async { names_of(&ctx()?).await }).await
}

#[cfg(feature = "ssr")]
pub(super) async fn names_of(ctx: &Ctx) -> Result<BTreeMap<InstanceId, String>, Error> {
    const AT_ONCE: u32 = 1000;
    let (compute, filter) = (services()?.compute, InstanceFilter::default());
    let mut names = BTreeMap::new();
    let mut offset = 0;
    loop {
        let page = PageRequest { sort: InstanceSort::Created, descending: false, offset, limit: AT_ONCE };
        let page = compute.instances(ctx, &filter, page).await?;
        names.extend(page.rows.into_iter().map(|instance| (instance.id, instance.name)));
        offset += AT_ONCE;
        if offset >= page.total {
            return Ok(names);
        }
    }
}

/// Every step of every action on an instance, oldest first.
#[server(endpoint = "instances/timeline")]
pub async fn timeline(id: InstanceId) -> Result<Vec<StepEvent>, Error> {
    answer(async { services()?.compute.timeline(&ctx()?, &id).await }).await
}

/// Why the scheduler chose the instance's host, or none; none before it decided.
#[server(endpoint = "instances/decision", name = ShowDecision)]
pub async fn decision(id: InstanceId) -> Result<Option<Decision>, Error> {
    answer(async { services()?.compute.decision(&ctx()?, &id).await }).await
}

/// The end of the guest's serial console log.
#[server(endpoint = "instances/log")]
pub async fn console_log(id: InstanceId) -> Result<String, Error> {
    answer(async { services()?.compute.console_log(&ctx()?, &id, MAX_LOG).await }).await
}

/// Starts a verb on an instance; `image` is what Rebuild starts from, the present one if empty. A plain form's browser
/// goes on to `next`, else back to where it was; after Delete a page with script goes to `next` as well.
#[server(endpoint = "instances/act")]
pub async fn act(
    id: InstanceId,
    verb: Verb,
    #[server(default)] image: String,
    #[server(default)] next: String,
) -> Result<(), Error> {
    answer(async {
        let image = form::optional(&image).map(ImageId);
        services()?.compute.act(&ctx()?, &id, verb, image.as_ref()).await?;
        if !next.is_empty() {
            redirect(session::local_path(&next));
        }
        Ok(())
    })
    .await
}

/// How a verb began on one of several instances.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    pub id: InstanceId,
    /// Why it did not begin, where it did not.
    pub refusal: Option<Error>,
}

/// Starts a verb on each of several instances; one refusal leaves the others alone.
#[server(endpoint = "instances/act-on-all")]
pub async fn act_on_all(#[server(default)] ids: Vec<InstanceId>, verb: Verb) -> Result<Vec<Outcome>, Error> {
    answer(async {
        let (ctx, compute) = (ctx()?, services()?.compute);
        let mut outcomes = Vec::with_capacity(ids.len());
        for id in ids {
            let refusal = compute.act(&ctx, &id, verb, None).await.err();
            outcomes.push(Outcome { id, refusal });
        }
        Ok(outcomes)
    })
    .await
}

/// Renames and describes an instance.
#[server(endpoint = "instances/rename")]
pub async fn rename(id: InstanceId, name: String, #[server(default)] description: String) -> Result<Instance, Error> {
    answer(async {
        let change = Rename { id: id.clone(), name, description }.change();
        services()?.compute.update(&ctx()?, &id, change).await
    })
    .await
}

#[cfg(feature = "ssr")]
impl Rename {
    /// What the compute service is asked for.
    pub(in crate::dashboard) fn change(self) -> InstanceChange {
        let description = Some(form::optional(&self.description));
        InstanceChange { name: Some(self.name), description, ..InstanceChange::default() }
    }
}

/// Makes an image of an instance's disk.
#[server(endpoint = "instances/create-image")]
pub async fn create_server_image(id: InstanceId, name: String) -> Result<(), Error> {
    answer(async {
        let wanted = NewInstanceImage { name, ..NewInstanceImage::default() };
        services()?.compute.create_image(&ctx()?, &id, wanted).await.map(drop)
    })
    .await
}

/// How to get into an instance, and whether SSH gets through from the browser's computer.
#[server(endpoint = "instances/connection", name = ShowConnection)]
pub async fn connection(id: InstanceId) -> Result<Connection, Error> {
    answer(async { services()?.compute.connection(&ctx()?, &id, reach::asking()).await }).await
}
