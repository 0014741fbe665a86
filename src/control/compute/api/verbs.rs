//! What people ask of an instance that exists.

use super::instances::checked;
use super::launch::user_data_fits;
use super::locks::unlocked;
use super::metadata::metadata_fits;
use super::{ComputeApi, at, visible_to};
use crate::bus::contract::ComputeMessage;
use crate::bus::{Envelope, Topic};
use crate::control::Ctx;
use crate::control::compute::fit;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::image_sources::Source;
use crate::control::store::instances::{self, Record};
use crate::control::store::{Tx, events};
use crate::control::workflow::release::{self, Released};
use crate::control::workflow::timeline::Request;
use crate::control::workflow::{self, outbox};
use crate::model::flavor::Flavor;
use crate::model::image::{Image, NewImage};
use crate::model::instance::{Instance, NewInstanceImage, Rebuild};
use crate::model::keypair::Keypair;
use crate::model::state::{Verb, VmState};
use crate::model::step::{StepEvent, StepResult};
use crate::model::{ImageId, InstanceId, Reason, Result, Timestamp};

/// What a rebuild starts from, and with.
pub(super) struct Fresh {
    image: Image,
    with: Rebuild,
    /// If it changes.
    key: Option<Option<Keypair>>,
}

/// What a verb needs besides.
pub(super) enum With {
    Nothing,
    Rebuild(Box<Fresh>),
    /// The record of the image that is to be made.
    Image(Box<NewImage>),
}

/// A verb that may begin.
struct Order<'a> {
    ctx: &'a Ctx,
    grant: Grant,
    id: &'a InstanceId,
    verb: Verb,
    with: With,
    now: Timestamp,
}

impl ComputeApi {
    /// Starts a verb; it goes on in the background. `image` is what Rebuild starts from (none: the present image); an image that
    /// is made has the instance's name. An instance without a host is deleted at once.
    ///
    /// # Errors
    /// As [`Verb::check`].
    pub async fn act(&self, ctx: &Ctx, id: &InstanceId, verb: Verb, image: Option<&ImageId>) -> Result<Instance> {
        match verb {
            Verb::Rebuild => self.rebuild(ctx, id, Rebuild { image: image.cloned(), ..Rebuild::default() }).await,
            Verb::CreateImage => {
                let name = self.visible(ctx, id).await?.instance.name;
                self.create_image(ctx, id, NewInstanceImage { name, ..NewInstanceImage::default() }).await?;
                self.instance(ctx, id).await
            }
            _ => Ok(self.begin(ctx, id, verb, With::Nothing).await?.0),
        }
    }

    /// As [`Self::act`] with `Rebuild`, with changes of what is said of the instance.
    ///
    /// # Errors
    /// As [`Self::act`], and the first field at fault.
    pub async fn rebuild(&self, ctx: &Ctx, id: &InstanceId, mut wanted: Rebuild) -> Result<Instance> {
        checked(&mut wanted.change)?;
        if let Some(metadata) = &wanted.metadata {
            metadata_fits(metadata)?;
        }
        user_data_fits(wanted.user_data.as_ref().and_then(Option::as_deref))?;
        let image = self.image_for_rebuild(ctx, id, wanted.image.as_ref()).await?;
        let key = match &wanted.key_name {
            Some(Some(name)) => Some(Some(self.keypair(ctx, name).await.map_err(at("key_name"))?)),
            Some(None) => Some(None),
            None => None,
        };
        let with = With::Rebuild(Fresh { image, with: wanted, key }.into());
        Ok(self.begin(ctx, id, Verb::Rebuild, with).await?.0)
    }

    /// The instance as it is then, and the image that is being made of it, if one is.
    pub(super) async fn begin(
        &self,
        ctx: &Ctx,
        id: &InstanceId,
        verb: Verb,
        with: With,
    ) -> Result<(Instance, Option<Image>)> {
        let grant = policy::check(ctx, Action::Write, &format!("{verb} an instance"))?;
        let mut tx = self.shared.db.write().await?;
        let record = visible_to(ctx, instances::find(&mut *tx, id).await?, id)?;
        let Instance { vm_state, task_state, host, version, .. } = &record.instance;
        if verb != Verb::CreateImage {
            unlocked(ctx, &record.instance)?;
        }
        verb.check(id.as_str(), *vm_state, *task_state, host.is_some())?;

        let image = match &with {
            With::Image(new) => {
                Some(self.image.begin_making(&mut tx, ctx, NewImage::clone(new), Source::Instance(id)).await?)
            }
            With::Nothing | With::Rebuild(_) => None,
        };
        let order = Order { ctx, grant, id, verb, with, now: self.shared.now() };
        let request = &ctx.request_id;
        let begun = instances::begin_task(&mut tx, grant, id, *version, verb.task(), request, order.now).await?;
        let Some(mut touched) = begun else { return Err(changed_meanwhile(&record, verb).into()) };
        events::asked(&mut tx, ctx, id).await?;
        let mut released = Released::default();
        match host {
            Some(host) => order.send_to(&mut tx, host).await?,
            None => {
                let (gone, held) = order.delete_at_once(&mut tx).await?;
                touched = gone.unwrap_or(touched);
                released = held;
            }
        }
        self.shared.commit(tx).await?;
        released.tell(&self.shared);
        workflow::tell(&self.shared, &touched);
        if let Some(image) = &image {
            self.image.tell(image);
        }

        let instance = match instances::find(self.shared.db.read(), id).await? {
            Some(record) => self.whole(record).await?,
            None => {
                Instance { vm_state: VmState::Deleted, task_state: None, version: touched.version, ..record.instance }
            }
        };
        Ok((instance, image))
    }

    /// The image that was named, or the present one; it must fit as it must at a launch.
    async fn image_for_rebuild(&self, ctx: &Ctx, id: &InstanceId, image: Option<&ImageId>) -> Result<Image> {
        let instance = self.visible(ctx, id).await?.instance;
        let Some(present) = &instance.image else {
            let why = "an instance that starts from a volume has no image to start over from".to_owned();
            return Err(Reason::VolumeCannot { what: "A rebuild".to_owned(), why }.into());
        };
        let image = self.image.image(ctx, image.unwrap_or(&present.id)).await.map_err(at("image_id"))?;
        let flavor = instance.flavor;
        let flavor = Flavor {
            id: flavor.id,
            name: flavor.name,
            vcpus: flavor.vcpus,
            ram_mb: flavor.ram_mb,
            disk_gb: flavor.disk_gb,
            is_public: true,
            ..Flavor::default()
        };
        fit::check(&flavor, &image)?;
        Ok(image)
    }
}

impl Order<'_> {
    /// Writes the verb down, and the message that has the host carry it out. Only what has to do with images needs the user's token.
    async fn send_to(&self, tx: &mut Tx, host: &str) -> Result<()> {
        let Self { ctx, grant, id, verb, with, now } = self;
        if let With::Rebuild(fresh) = with {
            let Fresh { image, with, key } = &**fresh;
            instances::set_image(tx, *grant, id, &image.id, &image.name).await?;
            instances::change(tx, *grant, id, &with.change, *now).await?;
            if let Some(metadata) = &with.metadata {
                instances::set_metadata(tx, *grant, id, metadata, *now).await?;
            }
            if let Some(key) = key {
                instances::set_key(tx, *grant, id, key.as_ref()).await?;
            }
            if let Some(user_data) = &with.user_data {
                instances::set_user_data(tx, *grant, id, user_data.as_deref()).await?;
            }
        }
        events::write(tx, &[self.row()]).await?;
        let message = ComputeMessage::Act {
            instance_id: (*id).clone(),
            request_id: ctx.request_id.clone(),
            verb: *verb,
            token: matches!(verb, Verb::Rebuild | Verb::CreateImage).then(|| ctx.token.clone()),
        };
        outbox::enqueue(tx, &Topic::compute(host), &Envelope::new(&ctx.request_id, &message), *now).await
    }

    async fn delete_at_once(&self, tx: &mut Tx) -> Result<(Option<instances::Touched>, Released)> {
        let row = StepEvent { result: StepResult::Done, finished_at: Some(self.now), ..self.row() };
        events::write(tx, &[row]).await?;
        release::deleted(tx, self.id, self.now).await
    }

    fn row(&self) -> StepEvent {
        Request { instance: self.id, id: &self.ctx.request_id }.verb(self.verb, self.now)
    }
}

fn changed_meanwhile(record: &Record, verb: Verb) -> Reason {
    let task = record.instance.task_state.map_or_else(|| "another change".to_owned(), |task| task.to_string());
    Reason::Busy { verb: verb.to_string(), id: record.instance.id.to_string(), task }
}
