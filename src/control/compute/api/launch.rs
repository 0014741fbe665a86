//! Launching: everything is checked, then written and announced in one transaction.

mod disks;
pub(super) mod nics;
mod plan;

use plan::Plan;

use super::{ComputeApi, server_groups};
use crate::bus::contract::SchedulerMessage;
use crate::bus::{Envelope, Topic};
use crate::control::Ctx;
use crate::control::compute::scheduler::{self, Needs};
use crate::control::policy::{self, Action};
use crate::control::store::events;
use crate::control::store::instances::{self, Record, Touched};
use crate::control::workflow::timeline::{Request, with_detail};
use crate::control::workflow::{self, outbox};
use crate::model::instance::Instance;
use crate::model::launch::{LaunchRequest, MAX_USER_DATA};
use crate::model::scheduling::Decision;
use crate::model::step::{Step, StepEvent};
use crate::model::{Error, InstanceId, Reason, Result, Timestamp};

/// When the first steps of a launch happened.
struct Times {
    taken: Timestamp,
    token_asked: Timestamp,
    token_answered: Timestamp,
}

impl ComputeApi {
    /// Checks everything, then writes the instances, their first timeline rows and the scheduler's messages in one
    /// transaction. Quota counts them from that moment.
    ///
    /// # Errors
    /// The first field at fault, or `QuotaExceeded`; nothing is written then.
    pub async fn launch(&self, ctx: &Ctx, request: LaunchRequest) -> Result<Vec<Instance>> {
        let taken = self.shared.now();
        let grant = policy::check(ctx, Action::Write, "launch an instance")?;
        let token_asked = self.shared.now();
        self.identity.validate(&ctx.token).await?;
        let times = Times { taken, token_asked, token_answered: self.shared.now() };
        let plan = Plan::make(self, ctx, &request).await?;

        let write_began = self.shared.now();
        let mut records = plan.records(ctx, write_began);
        let mut tx = self.shared.db.write().await?;
        self.quota.check(&mut tx, &ctx.project_id, &plan.claims()).await?;
        if let Some(group) = &request.more.server_group {
            server_groups::let_join(&mut tx, ctx, group, i64::from(request.count)).await?;
        }
        for record in &mut records {
            instances::insert(&mut tx, grant, record).await?;
            plan.disks.take(self, &mut tx, ctx, grant, &request, &record.instance.id).await?;
            events::asked(&mut tx, ctx, &record.instance.id).await?;
            let instance_id = record.instance.id.clone();
            let message =
                SchedulerMessage::Place { instance_id, request_id: ctx.request_id.clone(), token: ctx.token.clone() };
            let envelope = Envelope::new(&ctx.request_id, &message);
            outbox::enqueue(&mut tx, &Topic::scheduler(), &envelope, write_began).await?;
        }
        let written = self.shared.now();
        let mut steps = Vec::new();
        for record in &records {
            first_steps(&mut steps, ctx, record, &times, write_began, written, self.shared.now());
        }
        events::write(&mut tx, &steps).await?;
        workflow::commit(&self.shared, tx, &steps).await?;

        for record in &records {
            let Instance { id, project_id, version, .. } = record.instance.clone();
            workflow::tell(&self.shared, &Touched { id, project_id, version });
        }
        instances::with_relations(self.shared.db.read(), records.into_iter().map(Into::into).collect()).await
    }

    /// Which hosts could take it now, and why the others could not; changes nothing.
    pub async fn dry_run(&self, ctx: &Ctx, request: &LaunchRequest) -> Result<Decision> {
        let plan = Plan::make(self, ctx, request).await?;
        let companions = match &request.more.server_group {
            Some(group) => server_groups::companions(&mut self.shared.db.snapshot().await?, ctx, group).await?,
            None => None,
        };
        scheduler::dry_run(&self.shared, &Needs { companions, ..plan.needs() }).await
    }
}

/// Steps 1 to 8. A transaction cannot contain the time of its own commit, so step 7 ends with its last statement:
/// if the commit had failed, the row would not be here. Step 8 ends when the scheduler has the message.
fn first_steps(
    steps: &mut Vec<StepEvent>,
    ctx: &Ctx,
    record: &Record,
    times: &Times,
    write_began: Timestamp,
    written: Timestamp,
    confirmed: Timestamp,
) {
    let Instance { id, flavor, image, domain_name, .. } = &record.instance;
    let request = Request { instance: id, id: &ctx.request_id };
    let issued = ctx.token_issued_at;
    let who = format!("{} · {}", ctx.user_name, ctx.user_domain_name);
    steps.extend([
        request.done(Step::LOGIN_PAGE, issued, issued),
        with_detail(request.done(Step::TOKEN_ISSUED, issued, issued), who),
        with_detail(
            request.done(Step::REQUEST_TAKEN, times.taken, times.token_asked),
            format!("{} · {}", flavor.name, image.as_ref().map_or("volume", |image| image.name.as_str())),
        ),
        request.done(Step::TOKEN_ASKED, times.token_asked, times.token_asked),
        with_detail(
            request.done(Step::TOKEN_ANSWERED, times.token_asked, times.token_answered),
            format!("{} · {}", ctx.project_name, ctx.roles.join(", ")),
        ),
        with_detail(request.done(Step::INSTANCE_WRITTEN, write_began, written), domain_name.clone()),
        request.done(Step::WRITE_CONFIRMED, written, confirmed),
        request.running(Step::ANNOUNCED, confirmed),
    ]);
}

/// Whether an instance can have this user data.
///
/// # Errors
/// [`Reason::UserDataTooLarge`].
pub(super) fn user_data_fits(user_data: Option<&str>) -> Result<()> {
    let bytes = user_data.map_or(0, str::len) as u64;
    if bytes > MAX_USER_DATA {
        return Err(Error::on("user_data", Reason::UserDataTooLarge { bytes, max: MAX_USER_DATA }));
    }
    Ok(())
}

/// A new instance's id.
fn new_id() -> InstanceId {
    uuid::Uuid::new_v4().to_string().into()
}
