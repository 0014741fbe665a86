//! The subcommands; each builds only the parts that it needs.

mod admin;
mod agent;
mod assets;
mod bootstrap;
mod control;
mod db;
mod doctor;
mod host;
mod listen;
mod metrics;
mod openrc;
mod queue;
mod state_dir;
mod stopping;
pub(crate) mod up;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{self, Config};
use crate::control::Schema;
use crate::telemetry;

/// A private cloud in one binary.
#[derive(Debug, Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Cli {
    /// A settings file beside the usual ones.
    #[arg(long, global = true, env = "ARCUS_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run every part in this process, with SQLite and the in-process bus.
    Up {
        /// On a first start, make only the identities and the image, no flavors and no network.
        #[arg(long)]
        bare: bool,
    },
    /// Answer people and clients: REST, dashboard, live events, consoles. For a cloud of several machines.
    Api,
    /// Choose hosts for instances. For a cloud of several machines.
    Scheduler,
    /// Answer hosts, publish messages, mend. For a cloud of several machines.
    Conductor,
    /// Carry networks and routers, and no guests. For a cloud of several machines.
    Network,
    /// Run guests on this machine. For a cloud of several machines.
    Compute,
    /// Look after the database.
    #[command(subcommand)]
    Db(db::DbCommand),
    /// Make the first users, flavors, network and image of a cloud of several machines; `arcus up` does it by itself.
    Bootstrap {
        /// Make only the identities and the image.
        #[arg(long)]
        bare: bool,
    },
    /// Print the settings in force.
    Config {
        /// Print the commented example instead.
        #[arg(long)]
        example: bool,
    },
    /// Check this machine and say what is missing and how to get it.
    Doctor {
        /// The role that this machine is to play; everything that `arcus up` needs unless said.
        role: Option<doctor::Role>,
    },
    /// Look after users.
    #[command(subcommand)]
    User(admin::UserCommand),
    /// Look after projects.
    #[command(subcommand)]
    Project(admin::ProjectCommand),
    /// Look after roles.
    #[command(subcommand)]
    Role(admin::RoleCommand),
    /// Look after the machines that run instances.
    #[command(subcommand)]
    Host(host::HostCommand),
    /// Look into the bus's queues.
    #[command(subcommand)]
    Queue(queue::QueueCommand),
}

impl Command {
    /// The role that the process plays, if it plays one.
    fn role(&self) -> Option<&'static str> {
        match self {
            Self::Up { .. } => Some("up"),
            Self::Api => Some("api"),
            Self::Scheduler => Some("scheduler"),
            Self::Conductor => Some("conductor"),
            Self::Network => Some("network"),
            Self::Compute => Some("compute"),
            _ => None,
        }
    }
}

/// Runs the subcommand that the command line names.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("arcus: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    if let Command::Config { example: true } = cli.command {
        print!("{}", config::EXAMPLE);
        return Ok(ExitCode::SUCCESS);
    }
    let config = config::load(cli.config.as_deref()).map_err(anyhow::Error::msg)?;
    if let Command::Config { .. } = cli.command {
        print!("{}", config.to_toml()?);
        return Ok(ExitCode::SUCCESS);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    // Dropped before the runtime that sends them.
    let _traces = telemetry::start(&config, cli.command.role(), runtime.handle()).map_err(anyhow::Error::msg)?;
    runtime.block_on(async {
        match cli.command {
            Command::Up { bare } => up::run(&config, bare).await.map(|()| ExitCode::SUCCESS),
            Command::Api => control::api(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Scheduler => control::scheduler(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Conductor => control::conductor(&config).await.map(|()| ExitCode::SUCCESS),
            Command::Network => agent::run(&config, Duty::Network).await.map(|()| ExitCode::SUCCESS),
            Command::Compute => agent::run(&config, Duty::Compute).await.map(|()| ExitCode::SUCCESS),
            Command::Db(command) => db::run(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Bootstrap { bare } => control::bootstrap(&config, bare).await.map(|()| ExitCode::SUCCESS),
            Command::Doctor { role } => Ok(doctor::run(&config, role).await),
            Command::User(command) => admin::user(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Project(command) => admin::project(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Role(command) => admin::role(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Host(command) => host::run(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Queue(command) => queue::run(&config, command).await.map(|()| ExitCode::SUCCESS),
            Command::Config { .. } => unreachable!("answered above"),
        }
    })
}

/// The settings as the control side wants them.
fn control_settings(config: &Config, schema: Schema) -> anyhow::Result<crate::control::Settings> {
    use std::time::Duration;
    Ok(crate::control::Settings {
        state_dir: config.state_dir.clone(),
        database: config.database.clone(),
        schema,
        token_lifetime: Duration::from_secs(config.token_lifetime_seconds),
        console_lifetime: Duration::from_secs(config.console_lifetime_seconds),
        cpu_ratio: config.cpu_ratio,
        ram_ratio: config.ram_ratio,
        disk_ratio: config.disk_ratio,
        host_down_after: Duration::from_secs(config.host_down_seconds),
        reconcile_every: Duration::from_secs(config.reconcile_seconds),
        launch_deadline: Duration::from_secs(config.launch_deadline_seconds),
        tenant_vlans: config.vlans().map_err(anyhow::Error::msg)?,
        image_import: config.import_hosts().map_err(anyhow::Error::msg)?,
        image_import_max: config.image_import_max_gb.saturating_mul(1 << 30),
        crash_at_step: crash_at_step(config),
    })
}

fn crash_at_step(config: &Config) -> Option<u8> {
    (config.crash_at_step != 0).then_some(config.crash_at_step)
}

/// What a process is to do for its host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Duty {
    /// Guests and networks, beside the control side.
    Everything,
    /// Guests, and the networks that they need.
    Compute,
    /// Networks and routers only.
    Network,
}

/// The settings as an agent wants them; the REST APIs are at `api_url`.
fn agent_settings(config: &Config, api_url: &str, duty: Duty) -> anyhow::Result<crate::agent::Settings> {
    use crate::agent;
    let driver = match config.driver.as_str() {
        _ if duty == Duty::Network => agent::Driver::Guestless,
        "simulated" => agent::Driver::Simulated {
            vcpus: config.simulated_vcpus,
            ram_mb: config.simulated_ram_mb,
            disk_gb: config.simulated_disk_gb,
            start_takes: std::time::Duration::ZERO,
        },
        _ => agent::Driver::Libvirt { uri: config.libvirt_uri.clone(), virt_type: config.virt_type.clone() },
    };
    Ok(agent::Settings {
        host: config.host.clone(),
        availability_zone: config.availability_zone.clone(),
        state_dir: config.state_dir.clone(),
        api_url: api_url.to_owned(),
        driver,
        heartbeat_every: std::time::Duration::from_secs(config.heartbeat_seconds),
        reconcile_every: std::time::Duration::from_secs(config.reconcile_seconds),
        crash_at_step: crash_at_step(config),
        bridge_mappings: config.mappings().map_err(anyhow::Error::msg)?,
        host_network: config.host_address().map_err(anyhow::Error::msg)?,
        console: config.console_port().map_err(anyhow::Error::msg)?,
        volume_ports: config.export_ports().map_err(anyhow::Error::msg)?,
        volume_backend: config.volumes_in().map_err(anyhow::Error::msg)?,
        ceph: config.ceph().map_err(anyhow::Error::msg)?,
    })
}
