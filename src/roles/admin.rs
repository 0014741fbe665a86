//! `arcus user|project|role`: an operator at the shell, beside or without a running `arcus up`.

use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use rand::distr::{Alphanumeric, SampleString};

use crate::bus::memory::MemoryBus;
use crate::config::Config;
use crate::control::{Ctx, Schema, Services, SystemClock};
use crate::model::identity::{Actor, Domain, Project, Role, Target, User};
use crate::model::quota::Resource;

/// What can be done with users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List users.
    List,
    /// Make a user; prints a generated password unless one is given on standard input.
    Create {
        name: String,
        /// The domain's name.
        #[arg(long, default_value = "Default")]
        domain: String,
        /// A project in which to give the user a role, and to sign in to by default.
        #[arg(long)]
        project: Option<String>,
        #[arg(long, default_value = "member", requires = "project")]
        role: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Set a new password; every earlier token becomes worthless.
    Password {
        name: String,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Let a disabled user in again.
    Enable { name: String },
    /// Lock a user out at once.
    Disable { name: String },
    /// Delete a user.
    Delete { name: String },
}

/// Where a password comes from.
#[derive(Debug, Args)]
pub struct PasswordSource {
    /// Read the password from standard input (one line) instead of generating one.
    #[arg(long)]
    password_stdin: bool,
}

/// What can be done with projects.
#[derive(Debug, Subcommand)]
pub enum ProjectCommand {
    /// List projects.
    List,
    /// Make a project.
    Create {
        name: String,
        #[arg(long, default_value = "Default")]
        domain: String,
        #[arg(long, default_value = "")]
        description: String,
    },
    /// Delete an empty project.
    Delete { name: String },
    /// Show a project's limits, and set those that are given; -1 means no limit.
    Quota {
        name: String,
        /// Such as `instances=20 ram=65536 ports=-1`; memory in MiB.
        #[arg(value_name = "RESOURCE=LIMIT", value_parser = limit)]
        limits: Vec<(Resource, i64)>,
    },
}

/// What can be done with roles.
#[derive(Debug, Subcommand)]
pub enum RoleCommand {
    /// List roles, and who holds them where.
    List,
    /// Make a role.
    Create { name: String },
    /// Give a user a role in a project.
    Grant { role: String, user: String, project: String },
    /// Take it away again.
    Withdraw { role: String, user: String, project: String },
}

/// Reads one limit, such as `ports=-1`.
fn limit(text: &str) -> Result<(Resource, i64), String> {
    let (resource, limit) = text.split_once('=').ok_or("write it as RESOURCE=LIMIT, such as ports=100")?;
    let limit = limit.parse().map_err(|_| format!("{limit} is not a whole number"))?;
    let known = || Resource::ALL.iter().map(|resource| resource.as_str()).collect::<Vec<_>>().join(", ");
    let resource = resource.parse().map_err(|_| format!("there is no limit of {resource}, only of {}", known()))?;
    Ok((resource, limit))
}

/// The services, and a context in which to use them.
pub(super) struct Desk {
    pub services: Services,
    pub ctx: Ctx,
}

impl Desk {
    pub async fn open(config: &Config) -> anyhow::Result<Self> {
        if config.database.is_empty() && !config.state_dir.join("arcus.db").exists() {
            bail!(
                "there is no Arcus in {} yet: run `arcus up` once, or set ARCUS_STATE_DIR",
                config.state_dir.display()
            );
        }
        let clock = Arc::new(SystemClock);
        let services =
            Services::open(super::control_settings(config, Schema::Expect)?, Arc::new(MemoryBus::default()), clock)
                .await?;
        let ctx = Ctx::system("system".into(), services.clock.now());
        Ok(Self { services, ctx })
    }

    async fn domain(&self, name: &str) -> anyhow::Result<Domain> {
        let mut domains = self.services.identity.domains(&self.ctx).await?.into_iter();
        domains.find(|domain| domain.name == name).with_context(|| format!("there is no domain {name}"))
    }

    async fn project(&self, name: &str) -> anyhow::Result<Project> {
        one(self.services.identity.projects(&self.ctx).await?, "project", name, |project| {
            (&project.name, project.id.as_str())
        })
    }

    async fn user(&self, name: &str) -> anyhow::Result<User> {
        one(self.services.identity.users(&self.ctx).await?, "user", name, |user| (&user.name, user.id.as_str()))
    }

    async fn role(&self, name: &str) -> anyhow::Result<Role> {
        one(self.services.identity.roles(&self.ctx).await?, "role", name, |role| (&role.name, role.id.as_str()))
    }
}

/// The only thing of that name or id.
fn one<T>(all: Vec<T>, noun: &str, wanted: &str, key: impl Fn(&T) -> (&String, &str)) -> anyhow::Result<T> {
    let mut found: Vec<T> = all.into_iter().filter(|thing| key(thing).0 == wanted || key(thing).1 == wanted).collect();
    match found.len() {
        0 => bail!("there is no {noun} {wanted}"),
        1 => Ok(found.remove(0)),
        count => bail!("{count} {noun}s are called {wanted}, in different domains: give the id"),
    }
}

/// Carries out `arcus user …`.
pub async fn user(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let desk = Desk::open(config).await?;
    let (identity, ctx) = (&desk.services.identity, &desk.ctx);
    match command {
        UserCommand::List => {
            for user in identity.users(ctx).await? {
                println!("{}  {:<20} {}", user.id, user.name, if user.enabled { "enabled" } else { "disabled" });
            }
        }
        UserCommand::Create { name, domain, project, role, password } => {
            let domain = desk.domain(&domain).await?;
            let project = match &project {
                Some(name) => Some((desk.project(name).await?, desk.role(&role).await?)),
                None => None,
            };
            let password = password.read()?;
            let home = project.as_ref().map(|(project, _)| &project.id);
            let user = identity.create_user(ctx, &domain.id, &name, &password.text, home).await?;
            if let Some((project, role)) = &project {
                identity.grant(ctx, &user.id, &project.id, &role.id).await?;
            }
            println!("{}  {}", user.id, user.name);
            password.tell();
        }
        UserCommand::Password { name, password } => {
            let user = desk.user(&name).await?;
            let password = password.read()?;
            identity.set_password(ctx, &user.id, &password.text).await?;
            password.tell();
        }
        UserCommand::Enable { name } => identity.set_user_enabled(ctx, &desk.user(&name).await?.id, true).await?,
        UserCommand::Disable { name } => identity.set_user_enabled(ctx, &desk.user(&name).await?.id, false).await?,
        UserCommand::Delete { name } => identity.delete_user(ctx, &desk.user(&name).await?.id).await?,
    }
    Ok(())
}

/// Carries out `arcus project …`.
pub async fn project(config: &Config, command: ProjectCommand) -> anyhow::Result<()> {
    let desk = Desk::open(config).await?;
    let (identity, ctx) = (&desk.services.identity, &desk.ctx);
    match command {
        ProjectCommand::List => {
            for project in identity.projects(ctx).await? {
                println!("{}  {:<20} {}", project.id, project.name, project.description);
            }
        }
        ProjectCommand::Create { name, domain, description } => {
            let domain = desk.domain(&domain).await?;
            let project = identity.create_project(ctx, &domain.id, &name, &description).await?;
            println!("{}  {}", project.id, project.name);
        }
        ProjectCommand::Delete { name } => identity.delete_project(ctx, &desk.project(&name).await?.id).await?,
        ProjectCommand::Quota { name, limits } => {
            let project = desk.project(&name).await?.id;
            for (resource, limit) in limits {
                desk.services.quota.set(ctx, &project, resource, limit).await?;
            }
            for usage in desk.services.quota.usage(&Ctx::system(project, ctx.token_issued_at)).await? {
                println!("{:<22} {:>6} of {}", usage.resource, usage.used, usage.limit);
            }
        }
    }
    Ok(())
}

/// Carries out `arcus role …`.
pub async fn role(config: &Config, command: RoleCommand) -> anyhow::Result<()> {
    let desk = Desk::open(config).await?;
    let (identity, ctx) = (&desk.services.identity, &desk.ctx);
    match command {
        RoleCommand::List => {
            let (users, projects) = (identity.users(ctx).await?, identity.projects(ctx).await?);
            let assignments = identity.assignments(ctx).await?;
            for role in identity.roles(ctx).await? {
                println!("{}  {}", role.id, role.name);
                for held in assignments.iter().filter(|held| held.role_id == role.id) {
                    let actor = match &held.actor {
                        Actor::User(id) => users.iter().find(|user| &user.id == id).map_or(id.as_str(), |u| &u.name),
                        Actor::Group(id) => id.as_str(),
                    };
                    let target = match &held.target {
                        Target::Project(id) => {
                            projects.iter().find(|project| &project.id == id).map_or(id.as_str(), |p| &p.name)
                        }
                        Target::Domain(id) => id.as_str(),
                    };
                    println!("    {actor} in {target}");
                }
            }
        }
        RoleCommand::Create { name } => {
            let role = identity.create_role(ctx, &name).await?;
            println!("{}  {}", role.id, role.name);
        }
        RoleCommand::Grant { role, user, project } => {
            let (role, user, project) =
                (desk.role(&role).await?, desk.user(&user).await?, desk.project(&project).await?);
            identity.grant(ctx, &user.id, &project.id, &role.id).await?;
        }
        RoleCommand::Withdraw { role, user, project } => {
            let (role, user, project) =
                (desk.role(&role).await?, desk.user(&user).await?, desk.project(&project).await?);
            identity.withdraw(ctx, &user.id, &project.id, &role.id).await?;
        }
    }
    Ok(())
}

/// A password, and whether the operator does not know it yet.
struct Password {
    text: String,
    generated: bool,
}

impl PasswordSource {
    fn read(&self) -> anyhow::Result<Password> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().read_line(&mut line)?;
            return Ok(Password { text: line.trim_end_matches(['\r', '\n']).to_owned(), generated: false });
        }
        Ok(Password { text: Alphanumeric.sample_string(&mut rand::rng(), 20), generated: true })
    }
}

impl Password {
    fn tell(&self) {
        if self.generated {
            println!("password {}", self.text);
        }
    }
}
