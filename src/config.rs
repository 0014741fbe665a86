//! Settings, from one commented TOML file and the environment.
//!
//! Later sources win: built-in defaults, `/etc/arcus/arcus.toml`, `arcus.toml` in the state directory, the file given
//! by `--config`, and environment variables `ARCUS_<NAME>`.

mod addresses;
mod mask;
mod volumes;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use figment::Figment;
use figment::providers::{Env, Format, Serialized, Toml};
use serde::{Deserialize, Serialize};

use crate::bus::{BusSettings, Identity};
use crate::control::image::ImportHosts;
use crate::control::network::TenantVlans;

/// The commented file that a first start writes, and `arcus config --example` prints.
pub const EXAMPLE: &str = include_str!("config.example.toml");

/// Every setting. `config.example.toml` explains each; a test keeps the two in step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    pub state_dir: PathBuf,
    pub database: String,
    pub listen: SocketAddr,
    /// Empty means: look beside the program.
    pub assets: PathBuf,
    pub bundled_image: PathBuf,
    pub image_import: String,
    pub image_import_max_gb: u64,
    pub secure_cookies: bool,
    pub classic_ports: bool,
    pub trusted_proxies: String,
    pub metrics_allow: String,
    pub metrics_listen: String,
    pub host: String,
    pub availability_zone: String,
    pub bus: String,
    pub bus_ca: PathBuf,
    pub rabbitmq_management: String,
    pub api_url: String,
    pub console_listen: String,
    pub console_address: String,
    pub volume_ports: String,
    pub driver: String,
    pub libvirt_uri: String,
    pub virt_type: String,
    pub bridge_mappings: String,
    pub host_network: String,
    pub tenant_vlans: String,
    pub volume_backend: String,
    pub lvm_volume_group: String,
    pub lvm_thin_pool: String,
    pub rbd_pool: String,
    pub rbd_user: String,
    pub rbd_conf: PathBuf,
    /// Empty means: where Ceph itself looks for it.
    pub rbd_keyring: PathBuf,
    pub cpu_ratio: f64,
    pub ram_ratio: f64,
    pub disk_ratio: f64,
    pub token_lifetime_seconds: u64,
    pub console_lifetime_seconds: u64,
    pub heartbeat_seconds: u64,
    pub host_down_seconds: u64,
    pub reconcile_seconds: u64,
    pub launch_deadline_seconds: u64,
    pub log: String,
    pub log_format: String,
    pub audit_log: PathBuf,
    pub otlp_endpoint: String,
    pub simulated_vcpus: i64,
    pub simulated_ram_mb: i64,
    pub simulated_disk_gb: i64,
    pub crash_at_step: u8,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: "/var/lib/arcus".into(),
            database: String::new(),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            assets: PathBuf::new(),
            bundled_image: PathBuf::new(),
            image_import: String::new(),
            image_import_max_gb: 100,
            secure_cookies: false,
            classic_ports: false,
            trusted_proxies: String::new(),
            metrics_allow: String::new(),
            metrics_listen: String::new(),
            host: host_name(),
            availability_zone: "nova".into(),
            bus: String::new(),
            bus_ca: PathBuf::new(),
            rabbitmq_management: String::new(),
            api_url: String::new(),
            console_listen: String::new(),
            console_address: String::new(),
            volume_ports: "6100-6299".into(),
            driver: "libvirt".into(),
            libvirt_uri: "qemu:///system".into(),
            virt_type: "auto".into(),
            bridge_mappings: String::new(),
            host_network: "172.24.4.1/24".into(),
            tenant_vlans: String::new(),
            volume_backend: "file".into(),
            lvm_volume_group: "arcus".into(),
            lvm_thin_pool: "volumes".into(),
            rbd_pool: "volumes".into(),
            rbd_user: String::new(),
            rbd_conf: "/etc/ceph/ceph.conf".into(),
            rbd_keyring: PathBuf::new(),
            cpu_ratio: 4.0,
            ram_ratio: 1.0,
            disk_ratio: 1.0,
            token_lifetime_seconds: 8 * 3600,
            console_lifetime_seconds: 600,
            heartbeat_seconds: 5,
            host_down_seconds: 30,
            reconcile_seconds: 10,
            launch_deadline_seconds: 600,
            log: "info".into(),
            log_format: "text".into(),
            audit_log: PathBuf::new(),
            otlp_endpoint: String::new(),
            simulated_vcpus: 64,
            simulated_ram_mb: 256 * 1024,
            simulated_disk_gb: 10_000,
            crash_at_step: 0,
        }
    }
}

/// The first label of the machine's name, as hypervisor hosts are usually called.
fn host_name() -> String {
    let name = nix::unistd::gethostname().ok().and_then(|name| name.into_string().ok()).unwrap_or_default();
    match name.split('.').next() {
        Some(label) if !label.is_empty() => label.to_owned(),
        _ => "localhost".to_owned(),
    }
}

/// Reads the settings.
///
/// # Errors
/// A sentence that names the source and the setting at fault.
pub fn load(file: Option<&Path>) -> Result<Config, String> {
    let system = Figment::from(Serialized::defaults(Config::default())).merge(Toml::file("/etc/arcus/arcus.toml"));
    let state_dir: PathBuf = system
        .clone()
        .merge(Env::prefixed("ARCUS_").only(&["state_dir"]))
        .extract_inner("state_dir")
        .map_err(|error| error.to_string())?;
    let mut figment = system.merge(Toml::file(state_dir.join("arcus.toml")));
    if let Some(file) = file {
        if !file.exists() {
            return Err(format!("there is no settings file {}", file.display()));
        }
        figment = figment.merge(Toml::file(file));
    }
    let names: Vec<String> = names();
    let known: Vec<&str> = names.iter().map(String::as_str).collect();
    let config: Config =
        figment.merge(Env::prefixed("ARCUS_").only(&known)).extract().map_err(|error| error.to_string())?;
    config.check()?;
    Ok(config)
}

/// The name of every setting.
fn names() -> Vec<String> {
    match serde_json::to_value(Config::default()) {
        Ok(serde_json::Value::Object(fields)) => fields.keys().cloned().collect(),
        _ => Vec::new(),
    }
}

impl Config {
    fn check(&self) -> Result<(), String> {
        let one_of = |name: &str, value: &str, choices: &[&str]| {
            if choices.contains(&value) {
                Ok(())
            } else {
                Err(format!("{name} = {value:?}: choose one of {}", choices.join(", ")))
            }
        };
        one_of("driver", &self.driver, &["libvirt", "simulated"])?;
        one_of("virt_type", &self.virt_type, &["auto", "kvm", "qemu", "xen"])?;
        one_of("log_format", &self.log_format, &["text", "json"])?;
        self.mappings()?;
        self.proxies()?;
        self.metrics_readers()?;
        self.metrics_address()?;
        self.import_hosts()?;
        self.host_address()?;
        self.vlans()?;
        self.console_port()?;
        self.export_ports()?;
        self.volumes_in()?;
        self.ceph()?;
        if !(self.database.is_empty() || self.database.starts_with("postgres://")) {
            return Err("database: must be empty, or postgres://user:password@host/database".to_owned());
        }
        if !(self.otlp_endpoint.is_empty() || self.otlp_endpoint.starts_with("http")) {
            return Err("otlp_endpoint: must be empty, or http://host:4318, or https://…".to_owned());
        }
        if !(self.bus.is_empty() || self.bus.starts_with("amqp://") || self.bus.starts_with("amqps://")) {
            return Err("bus: must be empty, or amqp://user:password@host:port/vhost, or amqps://…".to_owned());
        }
        for (name, ratio) in
            [("cpu_ratio", self.cpu_ratio), ("ram_ratio", self.ram_ratio), ("disk_ratio", self.disk_ratio)]
        {
            if !(ratio.is_finite() && ratio > 0.0) {
                return Err(format!("{name} = {ratio}: must be above zero"));
            }
        }
        if self.host.is_empty() || self.host.contains(|c: char| c.is_whitespace() || c == '*' || c == '#') {
            return Err(format!("host = {:?}: must be one word", self.host));
        }
        Ok(())
    }

    /// Physical network to bridge or interface, as `bridge_mappings` says.
    ///
    /// # Errors
    /// A sentence that names the entry at fault.
    pub fn mappings(&self) -> Result<BTreeMap<String, String>, String> {
        let entries = self.bridge_mappings.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let read = |entry: &str| match entry.split_once(':').map(|(name, device)| (name.trim(), device.trim())) {
            Some((name, device)) if !name.is_empty() && !device.is_empty() => Ok((name.to_owned(), device.to_owned())),
            _ => Err(format!("bridge_mappings: {entry:?} must be PHYSICAL_NETWORK:BRIDGE_OR_INTERFACE")),
        };
        entries.map(read).collect()
    }

    /// The hosts that images may be imported from, as `image_import` says.
    ///
    /// # Errors
    /// A sentence that names the entry at fault.
    pub fn import_hosts(&self) -> Result<ImportHosts, String> {
        ImportHosts::parse(&self.image_import)
    }

    /// The VLANs for networks whose makers ask for no segment, as `tenant_vlans` says.
    ///
    /// # Errors
    /// A sentence that shows what it should be.
    pub fn vlans(&self) -> Result<Option<TenantVlans>, String> {
        (!self.tenant_vlans.is_empty()).then(|| self.tenant_vlans.parse()).transpose()
    }

    /// Where what people change is recorded, as `audit_log` says.
    pub fn audit_file(&self) -> PathBuf {
        if self.audit_log.as_os_str().is_empty() { self.state_dir.join("audit.log") } else { self.audit_log.clone() }
    }

    /// How a process reaches the bus, on whose behalf.
    pub fn bus_settings(&self, identity: Identity) -> BusSettings {
        let ca = (!self.bus_ca.as_os_str().is_empty()).then(|| self.bus_ca.clone());
        BusSettings { url: self.bus.clone(), ca, identity }
    }

    /// The settings in force, as TOML, without the passwords that are among them.
    ///
    /// # Errors
    /// When a value cannot be written as TOML.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string_pretty(&Self {
            database: mask::url(&self.database),
            bus: mask::url(&self.bus),
            rabbitmq_management: mask::url(&self.rabbitmq_management),
            otlp_endpoint: mask::url(&self.otlp_endpoint),
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_explains_every_setting_and_says_its_default() {
        let uncommented: String = EXAMPLE
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| {
                line.split_once(" = ").is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
            })
            .map(|line| format!("{line}\n"))
            .collect();
        let table: toml::Table = uncommented.parse().expect("every example line is TOML");
        let mut explained: Vec<_> = table.keys().cloned().collect();
        let mut known = names();
        explained.sort();
        known.sort();
        assert_eq!(explained, known);

        let defaults = toml::Table::try_from(Config::default()).expect("defaults are TOML");
        for (name, value) in defaults.iter().filter(|(name, _)| *name != "host") {
            assert_eq!(table.get(name), Some(value), "{name}");
        }
    }

    #[test]
    fn what_is_printed_holds_no_password() {
        let config = Config {
            bus: "amqps://arcus:s3cret@rabbit/".into(),
            rabbitmq_management: "https://admin:s3cret@rabbit:15671".into(),
            ..Config::default()
        };
        let printed = config.to_toml().unwrap();
        assert!(printed.contains("amqps://arcus:***@rabbit/") && !printed.contains("s3cret"), "{printed}");
    }

    #[test]
    fn a_senseless_value_is_refused_by_name() {
        let config = Config { virt_type: "magic".into(), ..Config::default() };
        assert!(config.check().is_err_and(|sentence| sentence.contains("virt_type") && sentence.contains("kvm")));
    }
}
