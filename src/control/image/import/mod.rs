//! Data that the service fetches itself, from an address that somebody gives it: Glance's `web-download`.
//!
//! Where it may go is decided three times: by the address that was given, by that of each redirect, and by the IP
//! address that each connection is made to.

mod gate;
mod hosts;
mod place;
mod running;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
mod web;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures::TryStreamExt as _;
use reqwest::Url;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout};

pub use hosts::ImportHosts;

use self::gate::{Gate, Here, Surroundings};
use self::running::{Entered, Running};
use self::web::{Limits, Web};
use super::ImageService;
use super::upload::{Ended, Unfinished, wants};
use crate::control::policy::Grant;
use crate::control::{Ctx, Settings};
use crate::model::image::{DiskFormat, Image, ImageStatus, Progress};
use crate::model::{Error, ImageId, Kind, Noun, Reason, Result};

/// How many run at once; others wait for their turn.
const AT_ONCE: usize = 8;
/// How often open pages are told how far it is.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// What imports need.
pub(super) struct Imports {
    /// None where nothing may be fetched.
    web: Option<Arc<Web>>,
    running: Running,
    turns: Semaphore,
}

impl Imports {
    /// As the settings say.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub fn new(settings: &Settings) -> Result<Self> {
        let limits = Limits {
            connect: Duration::from_secs(10),
            silence: Duration::from_secs(60),
            whole: Duration::from_secs(6 * 3600),
            most: settings.image_import_max,
        };
        Self::within(settings.image_import.clone(), Arc::new(Here), limits)
    }

    fn within(hosts: ImportHosts, surroundings: Arc<dyn Surroundings>, limits: Limits) -> Result<Self> {
        let web = match hosts.is_empty() {
            true => None,
            false => Some(Web::new(Gate::new(hosts, surroundings), limits)?.into()),
        };
        Ok(Self { web, running: Running::default(), turns: Semaphore::new(AT_ONCE) })
    }

    /// How far an image is, if it is being imported.
    pub fn progress(&self, id: &ImageId) -> Option<Progress> {
        self.running.progress(id)
    }

    /// Ends an image's import, if there is one.
    pub async fn stop(&self, id: &ImageId) {
        self.running.stop(id).await;
    }
}

impl ImageService {
    /// The ways by which data can come beside an upload, by Glance's names.
    pub fn import_methods(&self) -> &'static [&'static str] {
        if self.imports.web.is_some() { &["web-download"] } else { &[] }
    }

    /// Whether an image could be imported from there, as far as the address itself tells.
    ///
    /// # Errors
    /// `ImportOff`, `ImportRefused`.
    pub fn check_import(&self, uri: &str) -> Result<()> {
        self.web()?.address(uri).map(|_| ())
    }

    fn web(&self) -> Result<&Arc<Web>> {
        Ok(self.imports.web.as_ref().ok_or(Reason::ImportOff)?)
    }

    /// Begins to fetch an image's data. It is `importing` until it is active, or waits for data again with the reason.
    ///
    /// # Errors
    /// As [`Self::check_import`], otherwise as for an upload.
    pub async fn import(&self, ctx: &Ctx, id: &ImageId, uri: &str) -> Result<Image> {
        let (image, grant) = self.own(ctx, id).await?;
        let web = self.web()?.clone();
        let format = wants(&image)?;
        let url = web.address(uri)?;
        self.begin(grant, &image, ImageStatus::Importing).await?;
        let entered = self.imports.running.enter(id);
        self.tell(&image);
        let task = Task { service: self.clone(), web, ctx: ctx.clone(), grant, image: image.clone(), format, entered };
        tokio::spawn(task.run(url));
        Ok(Image { status: ImageStatus::Importing, fault: None, ..image })
    }
}

/// One import.
struct Task {
    service: ImageService,
    web: Arc<Web>,
    ctx: Ctx,
    grant: Grant,
    image: Image,
    format: DiskFormat,
    entered: Entered,
}

impl Task {
    async fn run(self, url: Url) {
        let Self { service, ctx, grant, image, entered, .. } = &self;
        let id = &image.id;
        // Whatever becomes of this task, the image does not stay `importing`.
        let unfinished = Unfinished::new(service, *grant, id, Reason::ImportInterrupted);
        let taken = tokio::select! {
            taken = self.take(url) => taken,
            () = entered.import.unwanted() => Err(Error::not_found(Noun::Image, id.as_str())),
        };
        unfinished.finished();
        // Bad data is no worse than none: the image can be imported from elsewhere.
        let taken = taken.map_err(|error| Ended::BrokenOff(error.with_request_id(&ctx.request_id)));
        match service.settle(*grant, id, taken).await {
            Ok(_) => {}
            Err(error) if error.kind() == Kind::NotFound => {
                tracing::info!(image = %id, "deleted while it was imported")
            }
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                tracing::warn!(image = %id, request_id = ctx.request_id, cause, "not imported: {error}");
            }
        }
    }

    async fn take(&self, url: Url) -> Result<super::upload::Taken> {
        let (service, id) = (&self.service, &self.image.id);
        let _turn = service.imports.turns.acquire().await.map_err(Error::internal)?;
        // What is written knows only that its source ended; why, the source knows.
        let why = OnceLock::new();
        let mut told = Instant::now();
        let data = self.web.fetch(url, self.entered.import.clone());
        let data = data.inspect_err(|error| _ = why.set(error.clone())).inspect_ok(|_| {
            if told.elapsed() >= TELL_EVERY {
                told = Instant::now();
                service.tell(&self.image);
            }
        });
        let whole = self.web.limits.whole;
        let taken = timeout(whole, service.take(id, self.format, data, None)).await;
        let taken = taken.map_err(|_| Reason::Timeout { what: "All of the data".into(), seconds: whole.as_secs() })?;
        taken.map_err(|ended| why.into_inner().unwrap_or_else(|| ended.into_error()))
    }
}
