//! What the page begins with: the choices, one made wherever only one is sensible, and what the scheduler says to that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::dashboard::api::launch::{Choices, LaunchForm, NO_KEY, Verdict, dry_run, launch_choices, no_room};
use crate::dashboard::i18n::tr;
use crate::dashboard::sizes;
use crate::model::flavor::Flavor;
use crate::model::image::{Image, ImageStatus};
use crate::model::network::Network;
use crate::model::quota::{Resource as Counted, Usage};
use crate::model::{FlavorId, Result};

/// Flavors for which no host has room, each with the scheduler's sentence.
pub type NoRoom = Result<BTreeMap<FlavorId, String>>;

/// Everything that the page needs to be shown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct First {
    pub choices: Choices,
    pub form: LaunchForm,
    pub no_room: NoRoom,
    pub verdict: Result<Option<Verdict>>,
}

impl First {
    /// Loads it for what the address has filled in.
    ///
    /// # Errors
    /// When the choices cannot be read.
    pub async fn load(typed: LaunchForm) -> Result<Self> {
        let choices = launch_choices().await?;
        let form = with_defaults(&choices, typed);
        let asked = form.placement();
        let no_room = flavors_without_room(without_flavor(asked.clone())).await;
        Ok(Self { choices, form, no_room, verdict: dry_run(asked).await })
    }
}

/// What decides for which flavors there is room. Where a server group keeps all of them out, it is the group that is to be
/// chosen otherwise, and the summary says so.
pub fn without_flavor(form: LaunchForm) -> LaunchForm {
    LaunchForm { flavor: String::new(), server_group: String::new(), ..form }
}

/// Which flavors no host has room for; before an image is chosen nobody can say.
pub async fn flavors_without_room(form: LaunchForm) -> NoRoom {
    if form.image.is_empty() { Ok(BTreeMap::new()) } else { no_room(form).await }
}

/// The images that can be launched.
pub fn ready(images: &[Image]) -> impl Iterator<Item = &Image> {
    images.iter().filter(|image| image.status == ImageStatus::Active)
}

/// Why not even one instance of that flavor is left in the quota, if so; how many are asked for, the meters show.
pub fn over_quota(usage: &[Usage], flavor: &Flavor) -> Option<String> {
    let left = |counted| usage.iter().find(|usage| usage.resource == counted).and_then(Usage::left);
    if let Some(left) = left(Counted::Cores).filter(|left| flavor.vcpus > *left) {
        return Some(tr!(launch.over_cores, left = left));
    }
    let left = left(Counted::Ram).filter(|left| flavor.ram_mb > *left)?;
    Some(tr!(launch.over_ram, left = sizes::mib(left)))
}

/// The name that the page proposes for an instance of that image or volume.
pub fn proposed_name(source: &str, suffix: &str) -> String {
    let word = source.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
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
    let kept = choices.sources.iter().find(|source| source.value() == form.image);
    if form.name.is_empty()
        && let Some(source) = image.map(|image| &image.name).or(kept.map(|source| &source.name))
    {
        form.name = proposed_name(source, &choices.suffix);
    }
    if form.flavor.is_empty() {
        let fits = |flavor: &&Flavor| {
            let holds = |image: &&Image| {
                let roomy = form.on_volume || flavor.disk_gb == 0 || flavor.disk_gb >= image.min_disk;
                flavor.ram_mb >= image.min_ram && roomy
            };
            image.map_or(kept.is_some(), holds)
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
