//! What is chosen so far, and what follows from it.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::dashboard::api::launch::{Choices, LaunchForm, NO_KEY, no_room};
use crate::dashboard::api::ports::title;
use crate::dashboard::i18n::tr;
use crate::dashboard::live::use_live;
use crate::dashboard::sizes;
use crate::model::flavor::Flavor;
use crate::model::image::{Image, ImageStatus};
use crate::model::network::Network;
use crate::model::quota::{Resource as Counted, Usage};
use crate::model::{FlavorId, Noun, Result};

/// The form's present content beside everything that could be chosen.
#[derive(Clone, Copy)]
pub struct Plan {
    pub form: RwSignal<LaunchForm>,
    pub choices: StoredValue<Choices>,
    /// Whether the page's script runs, so that what is shown follows what is chosen.
    pub awake: RwSignal<bool>,
    /// Flavors for which no host has room, with the scheduler's sentence.
    pub no_room: Resource<Result<BTreeMap<FlavorId, String>>>,
}

impl Plan {
    /// What was typed, with a choice made wherever only one is sensible.
    pub fn new(choices: Choices, typed: LaunchForm) -> Self {
        let form = RwSignal::new(with_defaults(&choices, typed));
        let awake = RwSignal::new(false);
        Effect::new(move |_| awake.set(true));
        let asked = Memo::new(move |_| LaunchForm { flavor: String::new(), ..form.with(LaunchForm::placement) });
        let hosts = use_live().any(Noun::Host);
        let no_room = Resource::new(
            move || (asked.get(), hosts.get()),
            |(form, _)| async move { if form.image.is_empty() { Ok(BTreeMap::new()) } else { no_room(form).await } },
        );
        Self { form, choices: StoredValue::new(choices), awake, no_room }
    }

    /// The images that can be launched.
    pub fn images(&self) -> Vec<Image> {
        self.choices.with_value(|choices| ready(&choices.images).cloned().collect())
    }

    /// The chosen image. Reactive.
    pub fn image(&self) -> Option<Image> {
        self.form.with(|form| self.images().into_iter().find(|image| image.id.as_str() == form.image))
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
            Counted::Ports => count * i64::try_from(self.networks().len()).unwrap_or_default(),
            _ => 0,
        }
    }

    /// Why this flavor is impossible whatever image is chosen: the quota, or no host with room. Reactive.
    pub fn out_of_reach(&self, flavor: &Flavor) -> Option<String> {
        if let Some(over) = self.choices.with_value(|choices| over_quota(&choices.usage, flavor)) {
            return Some(over);
        }
        let without = self.no_room.get()?.ok()?;
        without.contains_key(&flavor.id).then(|| tr!(launch.no_host).to_owned())
    }

    /// Why this flavor is too small for the chosen image. Reactive.
    pub fn too_small(&self, flavor: &Flavor) -> Option<String> {
        let image = self.image()?;
        if flavor.ram_mb < image.min_ram {
            return Some(tr!(launch.needs_ram, needed = sizes::mib(image.min_ram)));
        }
        // A disk of 0 is as large as the image.
        (flavor.disk_gb > 0 && flavor.disk_gb < image.min_disk)
            .then(|| tr!(launch.needs_disk, needed = sizes::gib(image.min_disk)))
    }
}

fn ready(images: &[Image]) -> impl Iterator<Item = &Image> {
    images.iter().filter(|image| image.status == ImageStatus::Active)
}

/// Why not even one instance of that flavor is left in the quota, if so; how many are asked for, the meters show.
fn over_quota(usage: &[Usage], flavor: &Flavor) -> Option<String> {
    let left = |counted| usage.iter().find(|usage| usage.resource == counted).and_then(Usage::left);
    if let Some(left) = left(Counted::Cores).filter(|left| flavor.vcpus > *left) {
        return Some(tr!(launch.over_cores, left = left));
    }
    let left = left(Counted::Ram).filter(|left| flavor.ram_mb > *left)?;
    Some(tr!(launch.over_ram, left = sizes::mib(left)))
}

/// The name that the page proposes for an instance of that image.
pub fn proposed_name(image: &Image, suffix: &str) -> String {
    let word = image.name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
    let word = word.trim_matches('-');
    let word = if word.is_empty() { "instance" } else { word };
    format!("{word}-{suffix}")
}

fn with_defaults(choices: &Choices, mut form: LaunchForm) -> LaunchForm {
    let images: Vec<&Image> = ready(&choices.images).collect();
    if let (true, [only]) = (form.image.is_empty(), images.as_slice()) {
        form.image = only.id.to_string();
    }
    let image = images.iter().find(|image| image.id.as_str() == form.image);
    if form.name.is_empty()
        && let Some(image) = image
    {
        form.name = proposed_name(image, &choices.suffix);
    }
    if form.flavor.is_empty() {
        let fits = |flavor: &&Flavor| {
            image.is_some_and(|image| {
                flavor.ram_mb >= image.min_ram && (flavor.disk_gb == 0 || flavor.disk_gb >= image.min_disk)
            })
        };
        let possible = |flavor: &&Flavor| fits(flavor) && over_quota(&choices.usage, flavor).is_none();
        form.flavor = choices.flavors.iter().find(possible).map(|flavor| flavor.id.to_string()).unwrap_or_default();
    }
    let usable: Vec<&Network> = choices.networks.iter().filter(|network| !network.subnets.is_empty()).collect();
    if let (true, [only]) = (form.networks.is_empty() && form.ports.is_empty(), usable.as_slice()) {
        form.networks = vec![only.id.to_string()];
    }
    if form.security_groups.is_empty() {
        form.security_groups = vec!["default".to_owned()];
    }
    if form.key.is_empty() {
        form.key = match choices.keypairs.as_slice() {
            [only] => only.name.clone(),
            _ => NO_KEY.to_owned(),
        };
    }
    if form.count.is_empty() {
        form.count = "1".to_owned();
    }
    form
}
