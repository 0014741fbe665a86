//! Turns `locales/` into Rust, so that a missing key is a compile error.

use std::path::PathBuf;

use leptos_i18n_build::{Config, ParseOptions, TranslationsInfos};

/// One file each in `locales/<language>/`.
const NAMESPACES: [&str; 23] = [
    "common",
    "reasons",
    "steps",
    "login",
    "overview",
    "instances",
    "launch",
    "images",
    "flavors",
    "keypairs",
    "volumes",
    "snapshots",
    "networks",
    "routers",
    "floating_ips",
    "ports",
    "security_groups",
    "server_groups",
    "hosts",
    "reach",
    "topology",
    "access",
    "commands",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=src/build.rs");
    println!("cargo::rerun-if-changed=locales");
    if std::env::var_os("CARGO_FEATURE_DASHBOARD").is_none() {
        return Ok(());
    }
    let config = Config::new("en")?
        .add_locale("zh-CN")?
        .add_namespaces(NAMESPACES)?
        .parse_options(ParseOptions::new().interpolate_display(true));
    let translations = TranslationsInfos::parse(config)?;
    translations.emit_diagnostics();
    translations.rerun_if_locales_changed();
    translations.generate_i18n_module(PathBuf::from(std::env::var("OUT_DIR")?).join("i18n"))?;
    Ok(())
}
