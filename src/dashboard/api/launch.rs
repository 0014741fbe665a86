//! The launch form: what there is to choose from, whether a choice would fit, and the launch itself.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::ticked;
use super::sources::{self, Source};
#[cfg(feature = "ssr")]
use super::*;
use crate::model::flavor::Flavor;
use crate::model::image::Image;
use crate::model::instance::Instance;
use crate::model::keypair::Keypair;
use crate::model::network::{Network, Port};
use crate::model::quota::Usage;
use crate::model::scheduling::Decision;
use crate::model::security_group::SecurityGroup;
use crate::model::server_group::ServerGroup;
use crate::model::volume::FillFrom;
use crate::model::{Error, FlavorId};
#[cfg(feature = "ssr")]
use crate::{
    control::Ctx,
    model::launch::{DiskFrom, DiskRequest, LaunchOptions, LaunchRequest, MAX_COUNT, NicRequest},
    model::{Kind, NetworkId, Noun, Reason, Result, ServerGroupId},
};

/// The choice of no key pair; no key pair's name holds a colon.
pub const NO_KEY: &str = ":none";
/// The choice of the key pair whose name and public key are typed into the form.
pub const NEW_KEY: &str = ":new";

/// The launch form as typed. The page's address prefills it: every field is also a query parameter.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LaunchForm {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub count: String,
    /// What it starts from: an image's id, or a volume or snapshot as a value of [`sources`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub image: String,
    /// The image is to be put on a volume, and not on a disk that the instance has for itself.
    #[serde(with = "ticked", skip_serializing_if = "std::ops::Not::not")]
    pub on_volume: bool,
    /// GiB of a volume that is made; empty takes what its source needs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub volume_size: String,
    /// The volume goes with the instance.
    #[serde(with = "ticked", skip_serializing_if = "std::ops::Not::not")]
    pub delete_volume: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub flavor: String,
    pub networks: Vec<String>,
    /// Ports made beforehand, whose NICs come after those on the networks.
    pub ports: Vec<String>,
    /// Chosen addresses by [`LaunchForm::fixed_ip_key`]; empty means the next free one.
    pub fixed_ips: BTreeMap<String, String>,
    pub security_groups: Vec<String>,
    /// A key pair's name, [`NO_KEY`] or [`NEW_KEY`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub new_key_name: String,
    /// Empty when the key pair was generated rather than imported.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub new_public_key: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub availability_zone: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub server_group: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub user_data: String,
    #[serde(with = "ticked", skip_serializing_if = "std::ops::Not::not")]
    pub config_drive: bool,
    /// Lines of `key=value`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub metadata: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
}

impl LaunchForm {
    /// What it starts from.
    pub fn start(&self) -> Start {
        match sources::chosen(&self.image) {
            FillFrom::Nothing => Start::Nothing,
            FillFrom::Image(_) if !self.on_volume => Start::Image,
            FillFrom::Volume(_) => Start::Volume,
            from => Start::NewVolume(from),
        }
    }

    /// What decides where an instance could run; the rest of the form makes no difference to that.
    pub fn placement(&self) -> Self {
        Self {
            image: self.image.clone(),
            on_volume: self.on_volume,
            volume_size: self.volume_size.clone(),
            flavor: self.flavor.clone(),
            networks: self.networks.clone(),
            ports: self.ports.clone(),
            availability_zone: self.availability_zone.clone(),
            server_group: self.server_group.clone(),
            ..Self::default()
        }
    }

    /// Reads the query of the page's address; what it does not name stays empty.
    pub fn from_query(query: &str) -> Self {
        let query = query.trim_start_matches('?');
        serde_qs::Config::new(5, false).deserialize_str(query).unwrap_or_default()
    }

    /// The form that would launch another instance like this one.
    pub fn like(instance: &Instance) -> Self {
        let metadata = instance.metadata.iter().map(|(key, value)| format!("{key}={value}"));
        Self {
            image: instance.image.as_ref().map(|image| image.id.to_string()).unwrap_or_default(),
            flavor: instance.flavor.id.to_string(),
            networks: instance.addresses.iter().map(|address| address.network_id.to_string()).collect(),
            security_groups: instance.security_groups.clone(),
            key: instance.key_name.clone().unwrap_or_else(|| NO_KEY.to_owned()),
            config_drive: instance.config_drive,
            metadata: metadata.collect::<Vec<_>>().join("\n"),
            description: instance.description.clone().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// A network's key among the chosen addresses. Form encoding takes a key that begins with a digit, as an id may,
    /// for a place in a list.
    pub fn fixed_ip_key(network: &str) -> String {
        format!("on-{network}")
    }

    /// The page's address with every field filled in.
    pub fn address(&self) -> String {
        format!("/launch?{}", serde_qs::to_string(self).unwrap_or_default())
    }
}

/// What an instance starts from.
#[derive(Debug, Clone, PartialEq)]
pub enum Start {
    /// Nothing is chosen yet.
    Nothing,
    /// A copy of an image that it has for itself.
    Image,
    /// A volume that there is.
    Volume,
    /// A volume that is made of that.
    NewVolume(FillFrom),
}

/// Everything that the launch form offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Choices {
    pub images: Vec<Image>,
    /// Bootable volumes that no instance has, and snapshots of bootable ones.
    pub sources: Vec<Source>,
    pub flavors: Vec<Flavor>,
    pub networks: Vec<Network>,
    /// The project's ports that belong to nothing yet.
    pub ports: Vec<Port>,
    pub security_groups: Vec<SecurityGroup>,
    pub keypairs: Vec<Keypair>,
    pub zones: Vec<String>,
    pub server_groups: Vec<ServerGroup>,
    pub usage: Vec<Usage>,
    /// Four hex digits that make a proposed name unlike the last one.
    pub suffix: String,
}

/// What the project can launch from now.
#[server(endpoint = "launch/choices")]
pub async fn launch_choices() -> Result<Choices, Error> {
    answer(async {
        let (ctx, services) = (ctx()?, services()?);
        let request = &ctx.request_id;
        Ok(Choices {
            images: services.image.images(&ctx).await?,
            sources: bootable(&ctx).await?,
            flavors: services.compute.flavors(&ctx).await?,
            networks: services.network.pluggable_networks(&ctx).await?,
            ports: interfaces::free_ports(&ctx).await?,
            security_groups: services.network.security_groups(&ctx).await?,
            keypairs: services.compute.keypairs(&ctx).await?,
            zones: services.compute.availability_zones(&ctx).await?,
            server_groups: services.compute.server_groups(&ctx, false).await?,
            usage: services.quota.usage(&ctx).await?,
            suffix: request.get(request.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
        })
    })
    .await
}

#[cfg(feature = "ssr")]
async fn bootable(ctx: &Ctx) -> Result<Vec<Source>> {
    let mut all = sources::copies(ctx).await?;
    all.retain(|source| source.bootable && (source.free || matches!(source.from, FillFrom::Snapshot(_))));
    Ok(all)
}

/// What the scheduler says to a form: which hosts could take the instance, or why it would not even be asked.
pub type Verdict = std::result::Result<Decision, Error>;

/// Which hosts could take the instance now, and why the others could not; none before image and flavor are chosen.
/// A refusal of the form is an answer like any other here: nobody has sent it yet.
#[server(endpoint = "launch/dry-run")]
pub async fn dry_run(#[server(flatten)] form: LaunchForm) -> Result<Option<Verdict>, Error> {
    answer(async {
        let ctx = ctx()?;
        if form.image.is_empty() || form.flavor.is_empty() {
            return Ok(None);
        }
        Ok(Some(form.dry_run(&ctx).await))
    })
    .await
}

/// The flavors of which no host could take another instance like this one now, each with the scheduler's sentence.
#[server(endpoint = "launch/no-room")]
pub async fn no_room(#[server(flatten)] form: LaunchForm) -> Result<BTreeMap<FlavorId, String>, Error> {
    answer(async {
        let ctx = ctx()?;
        let mut form = form;
        if form.networks.is_empty() && form.ports.is_empty() {
            // Any network stands in for the one not chosen yet: to choose none among several is refused.
            let networks = services()?.network.pluggable_networks(&ctx).await?;
            let usable = networks.into_iter().find(|network| !network.subnets.is_empty());
            form.networks.extend(usable.map(|network| network.id.to_string()));
        }
        let mut without = BTreeMap::new();
        for flavor in services()?.compute.flavors(&ctx).await? {
            let form = LaunchForm { flavor: flavor.id.to_string(), ..form.clone() };
            // A refusal is the form's to show when it is sent; here only room matters.
            if let Ok(decision) = form.dry_run(&ctx).await
                && decision.candidates.is_empty()
            {
                without.insert(flavor.id, decision.summary());
            }
        }
        Ok(without)
    })
    .await
}

/// Launches, and goes on to the new instance's timeline, or to the list for several. A plain form that is refused
/// comes back with all that was typed.
#[server(endpoint = "launch")]
pub async fn launch(#[server(flatten)] form: LaunchForm) -> Result<(), Error> {
    answer(async {
        let ctx = ctx()?;
        let launched = form.launch(&ctx).await;
        match &launched {
            Ok(page) => redirect(page),
            Err(refusal) => see(&form.address_with(refusal)),
        }
        launched.map(drop)
    })
    .await
}

#[cfg(feature = "ssr")]
impl LaunchForm {
    /// Launches, and answers with the page to see it on.
    async fn launch(&self, ctx: &Ctx) -> Result<String> {
        let key = self.key_name(ctx).await?;
        let request = self.request(ctx, key).await?;
        let instances = services()?.compute.launch(ctx, request).await.map_err(at_form_field)?;
        Ok(match instances.as_slice() {
            [one] => format!("/instances/{}?tab=timeline", one.id),
            _ => "/instances".to_owned(),
        })
    }

    /// Asks the scheduler about one such instance, whatever it will be called.
    async fn dry_run(&self, ctx: &Ctx) -> Verdict {
        let one = Self { name: "dry-run".to_owned(), count: String::new(), ..self.clone() };
        services()?.compute.dry_run(ctx, &one.request(ctx, None).await?).await
    }

    /// What the compute service is asked for.
    pub(in crate::dashboard) async fn request(&self, ctx: &Ctx, key_name: Option<String>) -> Result<LaunchRequest> {
        let count = form::number("count", &self.count, 1, i64::from(MAX_COUNT))?;
        let nic = |network: &String| NicRequest {
            network_id: network.as_str().into(),
            fixed_ip: self.fixed_ips.get(&Self::fixed_ip_key(network)).and_then(|ip| form::optional(ip)),
            port_id: None,
        };
        let port = |port: &String| NicRequest {
            network_id: NetworkId::default(),
            fixed_ip: None,
            port_id: Some(port.as_str().into()),
        };
        Ok(LaunchRequest {
            name: self.name.clone(),
            description: form::optional(&self.description),
            flavor_id: self.flavor.trim().into(),
            image_id: (self.start() == Start::Image).then(|| self.image.trim().into()),
            networks: self.networks.iter().map(nic).chain(self.ports.iter().map(port)).collect(),
            security_groups: self.security_groups.clone(),
            key_name,
            user_data: Some(self.user_data.clone()).filter(|data| !data.trim().is_empty()),
            config_drive: self.config_drive,
            availability_zone: form::optional(&self.availability_zone),
            metadata: form::pairs("metadata", &self.metadata, '=')?.into_iter().collect(),
            count: u32::try_from(count).unwrap_or(1),
            more: LaunchOptions {
                server_group: form::optional(&self.server_group).map(ServerGroupId::from),
                disks: self.disk(ctx).await?.into_iter().collect(),
                ..LaunchOptions::default()
            },
        })
    }

    /// The volume that it starts from, unless it has a disk for itself.
    async fn disk(&self, ctx: &Ctx) -> Result<Option<DiskRequest>> {
        let (from, size_gb) = match (self.start(), sources::chosen(&self.image)) {
            (Start::Volume, FillFrom::Volume(id)) => (DiskFrom::Volume(id), None),
            (Start::NewVolume(from), _) => {
                let size = volumes::size_for("volume_size", &self.volume_size, &from, ctx).await;
                (DiskFrom::New(from), size.map_err(at_form_field)?)
            }
            _ => return Ok(None),
        };
        Ok(Some(DiskRequest {
            from,
            size_gb,
            boot: true,
            delete_on_termination: self.delete_volume,
            volume_type: None,
            device: None,
            tag: None,
        }))
    }

    /// The chosen key pair.
    pub(in crate::dashboard) fn key(&self) -> Key<'_> {
        match self.key.as_str() {
            "" | NO_KEY => Key::None,
            NEW_KEY => Key::New { name: self.new_key_name.trim(), public_key: self.new_public_key.trim() },
            name => Key::Known(name),
        }
    }

    /// The chosen key pair's name. A public key that was pasted is imported first, unless an earlier try did so.
    async fn key_name(&self, ctx: &Ctx) -> Result<Option<String>> {
        let (name, typed) = match self.key() {
            Key::None => return Ok(None),
            Key::Known(name) => return Ok(Some(name.to_owned())),
            Key::New { name, public_key } => (name, public_key),
        };
        let compute = services()?.compute;
        match compute.keypair(ctx, name).await {
            Ok(kept) if typed.is_empty() || same_key(&kept.public_key, typed) => Ok(Some(kept.name)),
            Ok(kept) => Err(Error::on("new_key_name", Reason::Duplicate { noun: Noun::Keypair, name: kept.name })),
            Err(error) if error.kind() == Kind::NotFound => {
                let imported = compute.import_keypair(ctx, name, typed).await;
                imported.map(|keypair| Some(keypair.name)).map_err(at_form_field)
            }
            Err(error) => Err(error),
        }
    }

    /// The page's address with all that was typed and the refusal, as the page's action reads it. User data that
    /// would make the address longer than servers take is left out.
    fn address_with(&self, refusal: &Error) -> String {
        const LONGEST: usize = 32 * 1024;
        let mut address = self.address();
        if address.len() > LONGEST {
            address = Self { user_data: String::new(), ..self.clone() }.address();
        }
        let error = leptos::server_fn::error::ServerFnUrlError::new(
            <Launch as leptos::server_fn::ServerFn>::PATH,
            refusal.clone(),
        );
        match error.to_url(&format!("http://localhost{address}")) {
            Ok(url) => format!("{}?{}", url.path(), url.query().unwrap_or_default()),
            Err(_) => address,
        }
    }
}

/// A key pair as the form names it.
#[cfg(feature = "ssr")]
pub(in crate::dashboard) enum Key<'a> {
    None,
    Known(&'a str),
    /// Without a public key it was generated from the form before.
    New {
        name: &'a str,
        public_key: &'a str,
    },
}

/// Whether two public keys are the same but for their comments.
#[cfg(feature = "ssr")]
fn same_key(one: &str, other: &str) -> bool {
    one.split_whitespace().take(2).eq(other.split_whitespace().take(2))
}

/// Puts a refusal at the form's field: the services name the members of their own requests.
#[cfg(feature = "ssr")]
fn at_form_field(refusal: Error) -> Error {
    let mut refusal = sources::at_form_field(refusal, "image", "volume_size");
    refusal.field = refusal.field.map(|field| {
        let form = match field.as_str() {
            "block_device_mapping_v2" => "image",
            "flavor_id" => "flavor",
            "key_name" => "key",
            "public_key" => "new_public_key",
            "fixed_ip" | "network_id" => "networks",
            "group" => "server_group",
            other => other,
        };
        form.to_owned()
    });
    refusal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_reads_back_from_its_address_whatever_a_networks_id_begins_with() {
        for network in ["7c8f", "c8f7"] {
            let form = LaunchForm {
                networks: vec![network.to_owned()],
                fixed_ips: BTreeMap::from([(LaunchForm::fixed_ip_key(network), "10.0.0.5".to_owned())]),
                ..LaunchForm::default()
            };
            let address = form.address();
            assert_eq!(LaunchForm::from_query(address.trim_start_matches("/launch")), form, "{address}");
        }
    }
}
