//! What is chosen so far, and what follows from it.

use leptos::prelude::*;

use super::first::{First, NoRoom, flavors_without_room, over_quota, ready, without_flavor};
use crate::dashboard::api::launch::{Choices, LaunchForm, Start, Verdict, dry_run};
use crate::dashboard::api::ports::title;
use crate::dashboard::api::quota::usage;
use crate::dashboard::api::sources::Source;
use crate::dashboard::follow::follow;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::sizes;
use crate::model::flavor::Flavor;
use crate::model::image::Image;
use crate::model::network::Network;
use crate::model::quota::{Resource as Counted, Usage};
use crate::model::volume::FillFrom;
use crate::model::{Noun, Result};

/// The form's present content beside everything that could be chosen.
#[derive(Clone, Copy)]
pub struct Plan {
    pub form: RwSignal<LaunchForm>,
    pub choices: StoredValue<Choices>,
    /// Whether the page's script runs, so that what is shown follows what is chosen.
    pub awake: RwSignal<bool>,
    /// Flavors for which no host has room, with the scheduler's sentence.
    pub no_room: Signal<NoRoom>,
    /// What the scheduler says to the form as it is.
    pub verdict: Signal<Result<Option<Verdict>>>,
    /// What the project uses and may use.
    pub usage: Signal<Vec<Usage>>,
}

impl Plan {
    /// Follows what is chosen, and what others do meanwhile, from what the page began with.
    pub fn new(first: First) -> Self {
        let First { choices, form, no_room, verdict } = first;
        let form = RwSignal::new(form);
        let awake = RwSignal::new(false);
        Effect::new(move |_| awake.set(true));
        let live = use_live();
        let (hosts, instances) = (live.any(Noun::Host), live.any(Noun::Instance));
        let volumes = live.any(Noun::Volume);
        let asked = move || form.with(LaunchForm::placement);
        let any_flavor = move || (without_flavor(asked()), hosts.get());
        let no_room = follow(no_room, any_flavor, |(form, _)| flavors_without_room(form));
        let verdict = follow(verdict, move || (asked(), hosts.get(), instances.get()), |(form, ..)| dry_run(form));
        let known = choices.usage.clone();
        let used = move |_| {
            let known = known.clone();
            async move { usage().await.unwrap_or(known) }
        };
        let usage = follow(choices.usage.clone(), move || (instances.get(), volumes.get()), used);
        Self { form, choices: StoredValue::new(choices), awake, no_room, verdict, usage }
    }

    /// The images that can be launched.
    pub fn images(&self) -> Vec<Image> {
        self.choices.with_value(|choices| ready(&choices.images).cloned().collect())
    }

    /// The chosen image. Reactive.
    pub fn image(&self) -> Option<Image> {
        self.form.with(|form| self.images().into_iter().find(|image| image.id.as_str() == form.image))
    }

    /// What the chosen image, volume or snapshot is called. Reactive.
    pub fn source(&self) -> Option<String> {
        self.image().map(|image| image.name).or_else(|| self.kept().map(|source| source.name))
    }

    /// The chosen volume or snapshot. Reactive.
    fn kept(&self) -> Option<Source> {
        let chosen = self.form.with(|form| form.image.clone());
        self.choices.with_value(|choices| choices.sources.iter().find(|source| source.value() == chosen).cloned())
    }

    /// GiB of the volume that each instance gets made, if it does. Reactive.
    pub fn volume_gb(&self) -> Option<i64> {
        let (start, typed) = self.form.with(|form| (form.start(), form.volume_size.trim().parse().ok()));
        let least = match start {
            Start::NewVolume(FillFrom::Image(_)) => self.image().map(|image| image.least_volume_gb()),
            Start::NewVolume(_) => self.kept().map(|source| source.least_gb),
            Start::Nothing | Start::Image | Start::Volume => return None,
        };
        Some(typed.or(least).unwrap_or_default())
    }

    /// The chosen flavor. Reactive.
    pub fn flavor(&self) -> Option<Flavor> {
        let chosen = self.form.with(|form| form.flavor.clone());
        self.choices.with_value(|choices| choices.flavors.iter().find(|flavor| flavor.id.as_str() == chosen).cloned())
    }

    /// The chosen networks. Reactive.
    pub fn networks(&self) -> Vec<Network> {
        let chosen = self.form.with(|form| form.networks.clone());
        let known = |network: &&Network| chosen.iter().any(|id| id == network.id.as_str());
        self.choices.with_value(|choices| choices.networks.iter().filter(known).cloned().collect())
    }

    /// The chosen ports, each with the label of its choice. Reactive.
    pub fn ports(&self) -> Vec<String> {
        let chosen = self.form.with(|form| form.ports.clone());
        self.choices.with_value(|choices| {
            let known = choices.ports.iter().filter(|port| chosen.iter().any(|id| id == port.id.as_str()));
            known.map(title).collect()
        })
    }

    /// How many instances. Reactive; what is no number counts as one.
    pub fn count(&self) -> i64 {
        self.form.with(|form| form.count.trim().parse().unwrap_or(1).max(1))
    }

    /// What the launch would add to a counted resource. Reactive.
    pub fn adds(&self, counted: Counted) -> i64 {
        let count = self.count();
        let each = |amount: fn(&Flavor) -> i64| self.flavor().as_ref().map_or(0, amount);
        match counted {
            Counted::Instances => count,
            Counted::Cores => count * each(|flavor| flavor.vcpus),
            Counted::Ram => count * each(|flavor| flavor.ram_mb),
            Counted::Volumes => self.volume_gb().map_or(0, |_| count),
            Counted::Gigabytes => count * self.volume_gb().unwrap_or_default(),
            Counted::Ports => count * i64::try_from(self.networks().len()).unwrap_or_default(),
            _ => 0,
        }
    }

    /// Why this flavor is impossible whatever image is chosen: the quota, or no host with room. Reactive.
    pub fn out_of_reach(&self, flavor: &Flavor) -> Option<String> {
        if let Some(over) = self.choices.with_value(|choices| over_quota(&choices.usage, flavor)) {
            return Some(over);
        }
        let full = self.no_room.with(|no_room| no_room.as_ref().is_ok_and(|flavors| flavors.contains_key(&flavor.id)));
        full.then(|| tr!(launch.no_host).to_owned())
    }

    /// Why this flavor is too small for the chosen image. Reactive.
    pub fn too_small(&self, flavor: &Flavor) -> Option<String> {
        let image = self.image()?;
        if flavor.ram_mb < image.min_ram {
            return Some(tr!(launch.needs_ram, needed = sizes::mib(image.min_ram)));
        }
        if self.form.with(|form| form.on_volume) {
            return None;
        }
        // A disk of 0 is as large as the image.
        (flavor.disk_gb > 0 && flavor.disk_gb < image.min_disk)
            .then(|| tr!(launch.needs_disk, needed = sizes::gib(image.min_disk)))
    }
}
