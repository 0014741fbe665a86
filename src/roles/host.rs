//! `arcus host`: the machines that run instances, and their way onto the bus.

use anyhow::{Context as _, bail, ensure};
use clap::Subcommand;
use rand::distr::{Alphanumeric, SampleString};
use reqwest::Url;

use super::admin::Desk;
use crate::bus::amqp::{AmqpBus, Management, is_host_name};
use crate::bus::{Identity, Sender};
use crate::config::Config;
use crate::model::host::Host;

/// Why a host that was removed takes no instances; added again, it takes them again.
const REMOVED: &str = "removed by `arcus host remove`";
/// Where a host offers its consoles, unless it is told otherwise.
const CONSOLE_PORT: &str = "6089";

/// What can be done with hosts.
#[derive(Debug, Subcommand)]
pub enum HostCommand {
    /// Make a host's user and queues, and print what to run on the new machine. An earlier password is good no more.
    Add {
        name: String,
        /// The machine carries networks and runs no guests; it may be the one on which control runs.
        #[arg(long)]
        network: bool,
    },
    /// List hosts.
    List,
    /// Take a host's user and queues away; refused while instances are placed there.
    Remove { name: String },
}

/// Carries out `arcus host …`.
pub async fn run(config: &Config, command: HostCommand) -> anyhow::Result<()> {
    match command {
        HostCommand::Add { name, network } => add(config, &name, if network { NETWORK } else { COMPUTE }).await,
        HostCommand::List => list(config).await,
        HostCommand::Remove { name } => remove(config, &name).await,
    }
}

/// RabbitMQ's management, and the bus as control.
pub(super) fn management(config: &Config) -> anyhow::Result<Management> {
    ensure!(
        !config.bus.is_empty(),
        "`bus` is empty, so the bus is inside `arcus up` and has no users or queues to look after: set `bus` to \
         RabbitMQ's address"
    );
    ensure!(
        !config.rabbitmq_management.is_empty(),
        "`rabbitmq_management` is empty: set it to http://user:password@host:15672, with an administrator's user"
    );
    Ok(Management::new(&config.rabbitmq_management, &config.bus_settings(Identity::Control))?)
}

async fn add(config: &Config, name: &str, role: Role) -> anyhow::Result<()> {
    ensure!(
        is_host_name(name),
        "{name:?} cannot be a host's name: up to 63 letters, digits, `.`, `_` and `-`, the first a letter or digit"
    );
    let api_url = api_url(config)?;
    let management = management(config)?;
    let bus = AmqpBus::connect(&config.bus_settings(Identity::Control)).await?;
    bus.declare_host(name).await?;
    let password = Alphanumeric.sample_string(&mut rand::rng(), 32);
    management.put_host(name, &password).await?;
    let desk = Desk::open(config).await?;
    if find(&desk, name).await?.is_some_and(|host| host.disabled_reason.as_deref() == Some(REMOVED)) {
        desk.services.compute.set_host_enabled(&desk.ctx, name, true, None).await?;
    }
    print!("{}", instructions(config, name, &password, &api_url, role)?);
    Ok(())
}

/// What runs on a host, and where its settings go.
#[derive(Clone, Copy)]
struct Role {
    file: &'static str,
    command: &'static str,
    /// Settings of roles beside it that are none of its own business.
    hidden: &'static [&'static str],
}

const COMPUTE: Role = Role { file: "/etc/arcus/arcus.toml", command: "arcus compute", hidden: &[] };
const NETWORK: Role = Role {
    file: "/etc/arcus/network.toml",
    command: "arcus --config /etc/arcus/network.toml network",
    hidden: &["database", "rabbitmq_management"],
};

/// The two lines for the new machine.
fn instructions(config: &Config, name: &str, password: &str, api_url: &str, role: Role) -> anyhow::Result<String> {
    let mut settings: Vec<_> = role.hidden.iter().map(|name| (*name, String::new())).collect();
    settings.extend([
        ("host", name.to_owned()),
        ("bus", bus_url(config, name, password)?),
        ("api_url", api_url.to_owned()),
        ("console_listen", CONSOLE_PORT.to_owned()),
    ]);
    let mut before = String::new();
    if config.bus.starts_with("amqps:") {
        settings.push(("bus_ca", "/etc/arcus/bus-ca.pem".to_owned()));
        before = format!("# First copy {} to /etc/arcus/bus-ca.pem there.\n", config.bus_ca.display());
    }
    let lines: Vec<String> = settings.iter().map(|(name, value)| format!("'{name} = \"{value}\"'")).collect();
    let lines = lines.join(" ");
    Ok(format!(
        "# Run these as root on {name}:\n{before}\
         mkdir -p /etc/arcus && (umask 077 && printf '%s\\n' {lines} > {})\n\
         {}\n",
        role.file, role.command
    ))
}

/// The bus's address with the host's own user.
fn bus_url(config: &Config, name: &str, password: &str) -> anyhow::Result<String> {
    let mut url: Url = config.bus.parse().context("`bus` cannot be read as an address")?;
    let set = url.set_username(&Sender::user_of_host(name)).and_then(|()| url.set_password(Some(password)));
    set.ok().context("`bus` names no machine")?;
    Ok(url.into())
}

/// Where the new machine reaches the APIs.
fn api_url(config: &Config) -> anyhow::Result<String> {
    if !config.api_url.is_empty() {
        return Ok(config.api_url.clone());
    }
    ensure!(
        !config.listen.ip().is_unspecified() && !config.listen.ip().is_loopback(),
        "another machine cannot reach the APIs at `listen` = {}: set `api_url` to where it can, such as \
         http://control1:{}",
        config.listen,
        config.listen.port()
    );
    Ok(format!("http://{}", config.listen))
}

async fn list(config: &Config) -> anyhow::Result<()> {
    let desk = Desk::open(config).await?;
    for host in desk.services.compute.hosts(&desk.ctx).await? {
        let alive = if host.alive { "up" } else { "down" };
        let enabled = if host.enabled { "enabled" } else { "disabled" };
        let reason = host.disabled_reason.unwrap_or_default();
        println!("{:<24} {alive:<5} {enabled:<9} {} instances  {reason}", host.inventory.host, host.instances);
    }
    Ok(())
}

async fn remove(config: &Config, name: &str) -> anyhow::Result<()> {
    let management = management(config)?;
    let desk = Desk::open(config).await?;
    refuse_while_used(find(&desk, name).await?)?;
    refuse_while_it_keeps_volumes(&desk, name).await?;
    if let Some(host) = find(&desk, name).await? {
        desk.services.compute.set_host_enabled(&desk.ctx, &host.inventory.host, false, Some(REMOVED)).await?;
        // One more may have been placed there just before.
        refuse_while_used(find(&desk, name).await?)?;
        refuse_while_it_keeps_volumes(&desk, name).await?;
    }
    let removed = management.remove_host(name).await?;
    AmqpBus::connect(&config.bus_settings(Identity::Control)).await?.remove_host(name).await?;
    if !removed {
        bail!("there was no host {name} on the bus; see `arcus host list`");
    }
    Ok(())
}

fn refuse_while_used(host: Option<Host>) -> anyhow::Result<()> {
    match host {
        Some(host) if host.instances > 0 => bail!(
            "{} instances are placed on {}: delete them first, or disable the host and wait until they are gone",
            host.instances,
            host.inventory.host
        ),
        _ => Ok(()),
    }
}

async fn refuse_while_it_keeps_volumes(desk: &Desk, name: &str) -> anyhow::Result<()> {
    let volumes = desk.services.volume.volumes(&desk.ctx, true).await?;
    match volumes.iter().filter(|volume| volume.host.as_deref() == Some(name)).count() {
        0 => Ok(()),
        count => bail!(
            "{count} volumes lie on {name}: delete them first, with `openstack volume delete --force` if the host is lost; in \
             Ceph, their images `volume-ID.{name}` stay then"
        ),
    }
}

async fn find(desk: &Desk, name: &str) -> anyhow::Result<Option<Host>> {
    let hosts = desk.services.compute.hosts(&desk.ctx).await?;
    Ok(hosts.into_iter().find(|host| host.inventory.host == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_lines_put_a_new_machine_on_the_bus() {
        let config = Config {
            bus: "amqps://arcus:s3cret@control1:5671/%2f".into(),
            bus_ca: "/etc/arcus/ca.pem".into(),
            listen: "10.0.0.1:8080".parse().unwrap(),
            ..Config::default()
        };
        let text = instructions(&config, "rack1.a", "pass", &api_url(&config).unwrap(), COMPUTE).unwrap();
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(lines.len(), 2);
        assert!(lines[0].contains(r#"'bus = "amqps://host.rack1.a:pass@control1:5671/%2f"'"#), "{text}");
        assert!(lines[0].contains(r#"'api_url = "http://10.0.0.1:8080"'"#), "{text}");
        assert!(!text.contains("s3cret"));
        assert_eq!(lines[1], "arcus compute");
        let text = instructions(&config, "control", "pass", "http://10.0.0.1:8080", NETWORK).unwrap();
        assert!(text.contains("'database = \"\"'") && text.contains("> /etc/arcus/network.toml"), "{text}");
        assert!(text.ends_with("arcus --config /etc/arcus/network.toml network\n"), "{text}");
    }

    #[test]
    fn an_address_that_only_this_machine_reaches_is_told_to_nobody() {
        assert!(api_url(&Config::default()).unwrap_err().to_string().contains("api_url"));
    }
}
