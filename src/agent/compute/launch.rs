//! Launch steps 20 to 29: image, network, volumes, and the domain that libvirt starts.

use std::future::Future;

use tokio_util::sync::CancellationToken;

use super::attachments::tell;
use super::hypervisor::{Domain, DomainVolume, NewDisk};
use super::image_cache::Cached;
use super::steps::Timeline;
use super::volumes::Collection;
use super::{Host, config_drive, nics, record, wires};
use crate::agent::conductor::Unanswered;
use crate::agent::rest::{Caller, PortRecord};
use crate::bus::contract::{AttachmentNews, InstanceSpec, PortPlan};
use crate::model::state::{PowerState, TaskState};
use crate::model::step::Step;
use crate::model::{Error, Noun, Result};

/// Why a launch does not go on.
pub enum Interruption {
    /// Something went wrong.
    Failed(Error),
    /// The instance is being deleted.
    Deleted,
    /// The conductor did not take a report.
    Unanswered(Unanswered),
}

impl From<Error> for Interruption {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<Unanswered> for Interruption {
    fn from(unanswered: Unanswered) -> Self {
        Self::Unanswered(unanswered)
    }
}

/// What the timeline says of the image then.
const FROM_VOLUME: &str = "starts from a volume";

type Progress<T> = std::result::Result<T, Interruption>;

/// One launch, with its configuration in hand.
pub struct Launch<'a> {
    pub host: &'a Host,
    pub spec: &'a InstanceSpec,
    pub caller: Caller<'a>,
    pub deleted: &'a CancellationToken,
}

impl Launch<'_> {
    /// Takes every step, and says how the domain is then.
    ///
    /// # Errors
    /// The interruption; what was taken until then is still there.
    pub async fn carry_out(&self, timeline: &mut Timeline<'_>) -> Progress<PowerState> {
        let image = self.collect_image(timeline).await?;
        let ports = self.collect_network(timeline).await?;
        let volumes = self.collect_volumes(timeline).await?;
        self.start_domain(timeline, image.as_ref(), ports, volumes).await
    }

    async fn collect_image(&self, timeline: &mut Timeline<'_>) -> Progress<Option<Cached>> {
        timeline.begin(Step::IMAGE_ASKED);
        timeline.report().await?;
        let Some(id) = &self.spec.image_id else {
            timeline.end(Some(FROM_VOLUME.to_owned()));
            timeline.begin(Step::IMAGE_RECEIVED);
            timeline.end(Some(FROM_VOLUME.to_owned()));
            return Ok(None);
        };
        let record = self.unless_deleted(self.host.rest.image(self.caller, id)).await?;
        timeline.end(record.disk_format.map(|format| format.to_string()));

        timeline.begin(Step::IMAGE_RECEIVED);
        timeline.report().await?;
        let image = self.unless_deleted(self.host.images.fetch(self.host, self.caller, &record)).await?;
        timeline.end(Some(image.describe()));
        Ok(Some(image))
    }

    async fn collect_network(&self, timeline: &mut Timeline<'_>) -> Progress<Vec<PortPlan>> {
        timeline.begin(Step::NETWORK_ASKED);
        self.enter(timeline, TaskState::Networking).await?;
        let ports = self.unless_deleted(nics::ports(self.host, self.spec, self.caller)).await?;
        timeline.end(Some(format!("ports: {}", ports.len())));

        timeline.begin(Step::NETWORK_RECEIVED);
        timeline.report().await?;
        self.stop_if_deleted()?;
        let plans = self.wire(&ports).await?;
        timeline.end(Some(describe_ports(&plans)));
        Ok(plans)
    }

    async fn collect_volumes(&self, timeline: &mut Timeline<'_>) -> Progress<Vec<DomainVolume>> {
        timeline.begin(Step::VOLUMES_ASKED);
        self.enter(timeline, TaskState::BlockDeviceMapping).await?;
        let collection = Collection { host: self.host, spec: self.spec, caller: self.caller };
        let plans = self.unless_deleted(collection.ask()).await?;
        timeline.end(None);
        timeline.begin(Step::VOLUMES_RECEIVED);
        timeline.report().await?;
        let volumes = self.unless_deleted(collection.bring(plans)).await?;
        timeline.end(Some(volumes.describe()));
        timeline.report().await?;
        Ok(volumes.disks)
    }

    async fn start_domain(
        &self,
        timeline: &mut Timeline<'_>,
        image: Option<&Cached>,
        ports: Vec<PortPlan>,
        volumes: Vec<DomainVolume>,
    ) -> Progress<PowerState> {
        timeline.begin(Step::DOMAIN_STARTED);
        self.enter(timeline, TaskState::Spawning).await?;
        self.stop_if_deleted()?;
        let attachments: Vec<_> = volumes.iter().map(|volume| volume.attachment_id.clone()).collect();
        let power_state = self.spawn(image, ports, volumes).await?;
        timeline.end(Some(self.spec.domain_name.clone()));
        timeline.report().await?;
        for attachment in &attachments {
            let news = AttachmentNews::Attached;
            tell(self.host, &self.spec.instance_id, attachment, self.caller.request_id, news).await?;
        }
        Ok(power_state)
    }

    async fn enter(&self, timeline: &mut Timeline<'_>, task: TaskState) -> Progress<()> {
        let told = self.host.conductor.task(&self.spec.instance_id, self.caller.request_id, task, None);
        tokio::try_join!(timeline.report(), told)?;
        Ok(())
    }

    /// Work on the host is not broken off in the middle, so that undoing it finds all of it.
    fn stop_if_deleted(&self) -> Progress<()> {
        if self.deleted.is_cancelled() { Err(Interruption::Deleted) } else { Ok(()) }
    }

    /// Waiting for a service is broken off at once.
    async fn unless_deleted<T>(&self, work: impl Future<Output = Result<T>>) -> Progress<T> {
        tokio::select! {
            biased;
            () = self.deleted.cancelled() => Err(Interruption::Deleted),
            result = work => Ok(result?),
        }
    }

    async fn wire(&self, ports: &[PortRecord]) -> Result<Vec<PortPlan>> {
        let mut plans = Vec::with_capacity(ports.len());
        for port in ports {
            let network = wires::bring_network(self.host, self.caller.request_id, &port.network_id).await?;
            let plan = network.ports.into_iter().find(|plan| plan.port_id == port.id);
            let plan = plan.ok_or_else(|| Error::not_found(Noun::Port, port.id.as_str()))?;
            self.host.wiring.plug(&plan).await?;
            plans.push(plan);
        }
        // Before the guest can send or hear anything.
        self.host.guard(self.caller.request_id).await?;
        Ok(plans)
    }

    async fn spawn(
        &self,
        image: Option<&Cached>,
        ports: Vec<PortPlan>,
        volumes: Vec<DomainVolume>,
    ) -> Result<PowerState> {
        let host = self.host;
        let id = &self.spec.instance_id;
        if let Some(state @ (PowerState::Running | PowerState::Paused)) = host.hypervisor.state(id).await? {
            return Ok(state);
        }
        let domain = Domain {
            id: id.clone(),
            name: self.spec.domain_name.clone(),
            title: self.spec.name.clone(),
            vcpus: self.spec.vcpus,
            ram_mb: self.spec.ram_mb,
            disk: image.map(|_| host.layout.disk(id)),
            config_drive: self.spec.config_drive.then(|| host.layout.config_drive(id)),
            console_log: host.layout.console_log(id),
            ports,
            volumes,
        };
        host.layout.prepare_instance(id).await?;
        if let Some(image) = image {
            make_disk(host, self.spec, image).await?;
        }
        config_drive::make(host, self.spec).await?;
        record::store(&host.layout, &domain).await?;
        let _data = host.volumes.for_guest(domain.volumes.iter().map(|volume| &volume.volume_id)).await?;
        host.hypervisor.define(&domain).await?;
        host.hypervisor.start(id).await?;
        Ok(host.hypervisor.state(id).await?.unwrap_or(PowerState::NoState))
    }
}

/// Makes an instance's disk anew over an image of the cache.
///
/// # Errors
/// When it cannot be made, such as for lack of space.
pub async fn make_disk(host: &Host, spec: &InstanceSpec, image: &Cached) -> Result<()> {
    let id = &spec.instance_id;
    image.link_to(&host.layout.base(id)).await?;
    let disk = NewDisk {
        path: host.layout.disk(id),
        base: host.layout.base(id),
        format: image.format,
        size_gb: (spec.disk_gb > 0).then_some(spec.disk_gb),
    };
    host.hypervisor.make_disk(&disk).await
}

fn describe_ports(ports: &[PortPlan]) -> String {
    let describe = |port: &PortPlan| match port.ip {
        Some(ip) => format!("{ip} {}", port.mac),
        None => port.mac.clone(),
    };
    ports.iter().map(describe).collect::<Vec<_>>().join(", ")
}
