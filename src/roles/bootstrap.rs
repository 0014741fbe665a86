//! What a first start makes: identities with generated passwords, the image, and a small ready-to-use cloud.
//!
//! Each part may be interrupted and is finished by the next start; when all is there, a marker file says so, and what
//! people delete later stays deleted.

mod network;

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use rand::distr::{Alphanumeric, SampleString};
use serde::Deserialize;

use super::{assets, openrc};
use crate::config::Config;
use crate::control::access::Access;
use crate::control::{Ctx, Services};
use crate::model::flavor::NewFlavor;
use crate::model::identity::{Project, User};
use crate::model::image::{ContainerFormat, DiskFormat, NewImage, Visibility};
use crate::model::{DomainId, Error, Kind, RoleId};

const MARKER: &str = "first-start-done";
const PASSWORD_LENGTH: usize = 20;

/// A login that this start made.
pub struct Login {
    pub user: &'static str,
    pub password: String,
}

/// Makes whatever of the first start is still missing; returns the logins whose passwords are new.
pub async fn first_start(
    config: &Config,
    services: &Services,
    base_url: &str,
    bare: bool,
) -> anyhow::Result<Vec<Login>> {
    if config.state_dir.join(MARKER).exists() {
        return Ok(Vec::new());
    }
    let ctx = Ctx::system("system".into(), services.clock.now());
    let admin = project(services, &ctx, "admin", "For administrators").await?;
    let demo = project(services, &ctx, "demo", "To try things out").await?;
    let mut logins = Vec::new();
    for (name, project, roles) in [("admin", &admin, &["admin", "member"][..]), ("demo", &demo, &["member"][..])] {
        let file = config.state_dir.join(format!("{name}-openrc"));
        let known = file.exists();
        let password = Alphanumeric.sample_string(&mut rand::rng(), PASSWORD_LENGTH);
        let user = user(services, &ctx, name, &password, project, known).await?;
        for role in roles {
            grant(services, &ctx, &user, project, role).await?;
        }
        if !known {
            let access = Access {
                address: base_url,
                user: name,
                user_domain: "Default",
                project: &project.name,
                project_domain: "Default",
            };
            openrc::write(&file, &access, &password)?;
            logins.push(Login { user: name, password });
        }
    }
    let admin_ctx = Ctx::system(admin.id, services.clock.now());
    image(config, services, &admin_ctx).await?;
    if !bare {
        flavors(services, &admin_ctx).await?;
        network::make(config, services, &admin_ctx).await?;
    }
    std::fs::write(config.state_dir.join(MARKER), "")?;
    Ok(logins)
}

/// How people get in: what there is after a first start.
pub fn welcome(state_dir: &Path, logins: &[Login]) -> String {
    let mut text = String::new();
    if logins.is_empty() {
        text += &format!("  logins: in {0}/admin-openrc and {0}/demo-openrc\n", state_dir.display());
    }
    for login in logins {
        text += &format!("  domain Default   user {:<6}   password {}\n", login.user, login.password);
    }
    text + &format!("\n  command line: source {}/demo-openrc\n", state_dir.display())
}

async fn project(services: &Services, ctx: &Ctx, name: &str, description: &str) -> anyhow::Result<Project> {
    if let Some(found) = services.identity.projects(ctx).await?.into_iter().find(|project| project.name == name) {
        return Ok(found);
    }
    Ok(services.identity.create_project(ctx, &DomainId::from("default"), name, description).await?)
}

/// The user; a start that was interrupted before the password was written down sets a new one.
async fn user(
    services: &Services,
    ctx: &Ctx,
    name: &str,
    password: &str,
    project: &Project,
    known: bool,
) -> anyhow::Result<User> {
    let found = services.identity.users(ctx).await?.into_iter().find(|user| user.name == name);
    match found {
        Some(user) if known => Ok(user),
        Some(user) => {
            services.identity.set_password(ctx, &user.id, password).await?;
            Ok(user)
        }
        None => Ok(services
            .identity
            .create_user(ctx, &DomainId::from("default"), name, password, Some(&project.id))
            .await?),
    }
}

async fn grant(services: &Services, ctx: &Ctx, user: &User, project: &Project, role: &str) -> anyhow::Result<()> {
    let roles = services.identity.roles(ctx).await?;
    let role: &RoleId =
        &roles.iter().find(|known| known.name == role).with_context(|| format!("role {role} is missing"))?.id;
    already_done(services.identity.grant(ctx, &user.id, &project.id, role).await)
}

/// What the image's build script says of it, in a file beside it.
#[derive(Debug, Deserialize)]
struct Sidecar {
    name: String,
    description: String,
    min_ram: i64,
    min_disk: i64,
}

async fn image(config: &Config, services: &Services, ctx: &Ctx) -> anyhow::Result<()> {
    let Some(path) = assets::bundled_image(config) else {
        tracing::warn!("no bundled image was found, so none is offered; upload one on the images page");
        return Ok(());
    };
    let sidecar = path.with_extension("qcow2.json");
    let text = std::fs::read_to_string(&sidecar).with_context(|| format!("cannot read {}", sidecar.display()))?;
    let about: Sidecar = serde_json::from_str(&text).with_context(|| format!("{} is damaged", sidecar.display()))?;
    for left_over in services.image.images(ctx).await?.into_iter().filter(|image| image.name == about.name) {
        services.image.delete(ctx, &left_over.id).await?;
    }
    let record = NewImage {
        id: None,
        name: about.name,
        description: Some(about.description),
        disk_format: Some(DiskFormat::Qcow2),
        container_format: Some(ContainerFormat::Bare),
        visibility: Visibility::Public,
        min_disk: about.min_disk,
        min_ram: about.min_ram,
        protected: false,
        hidden: false,
        tags: Vec::new(),
        properties: BTreeMap::from([("os_distro".to_owned(), "cirros".to_owned())]),
    };
    let image = services.image.create(ctx, record).await?;
    let file = tokio::fs::File::open(&path).await.with_context(|| format!("cannot read {}", path.display()))?;
    services.image.upload(ctx, &image.id, tokio_util::io::ReaderStream::new(file), None).await?;
    Ok(())
}

async fn flavors(services: &Services, ctx: &Ctx) -> anyhow::Result<()> {
    for (id, name, vcpus, ram_mb, disk_gb) in
        [("1", "m1.nano", 1, 64, 1), ("2", "m1.tiny", 1, 512, 1), ("3", "m1.small", 1, 2048, 20)]
    {
        let flavor = NewFlavor {
            id: Some(id.to_owned()),
            name: name.to_owned(),
            vcpus,
            ram_mb,
            disk_gb,
            is_public: true,
            ..NewFlavor::default()
        };
        already_done(services.compute.create_flavor(ctx, flavor).await)?;
    }
    Ok(())
}

/// A first start that goes on after an interruption finds some things made.
fn already_done<T>(result: Result<T, Error>) -> anyhow::Result<()> {
    match result {
        Err(error) if error.kind() != Kind::Conflict => Err(error.into()),
        _ => Ok(()),
    }
}
