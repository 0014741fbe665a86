//! `arcus doctor`: checks the machine, and says what is missing and how to get it.

mod network;
mod reach;
mod role;
mod volumes;

use std::path::Path;
use std::process::ExitCode;

pub use self::role::Role;
use super::assets;
use crate::config::Config;

/// With less room than this, not much fits any more.
const ENOUGH_GIB: u64 = 5;

/// One thing that was looked at.
struct Check {
    what: String,
    /// What was found, or what is wrong and how to mend it.
    found: Result<String, Trouble>,
}

struct Trouble {
    cause: String,
    remedy: String,
    /// Arcus works without it, only less well.
    bearable: bool,
}

impl Trouble {
    fn new(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { cause: cause.into(), remedy: remedy.into(), bearable: false }
    }

    /// Trouble that only makes some things impossible.
    fn bearable(cause: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { bearable: true, ..Self::new(cause, remedy) }
    }
}

/// Checks what this role needs, or else a machine for everything, and prints a line for each; fails if something needed is
/// missing.
pub async fn run(config: &Config, role: Option<Role>) -> ExitCode {
    let checks = match role {
        Some(role) => role::checks(config, role).await,
        None => everything(config).await,
    };
    let mut verdict = ExitCode::SUCCESS;
    for Check { what, found } in checks {
        match found {
            Ok(found) => println!("ok    {what}: {found}"),
            Err(Trouble { cause, remedy, bearable }) => {
                println!("{}  {what}: {cause}\n      → {remedy}", if bearable { "note" } else { "FAIL" });
                if !bearable {
                    verdict = ExitCode::FAILURE;
                }
            }
        }
    }
    verdict
}

/// What `arcus up` needs.
async fn everything(config: &Config) -> Vec<Check> {
    let mut checks = vec![
        state_dir(&config.state_dir),
        free_space(&config.state_dir),
        listen(config).await,
        site(config),
        image(config),
    ];
    for (program, package) in [
        ("qemu-img", "qemu-utils"),
        ("qemu-system-x86_64", "qemu-system-x86"),
        ("dnsmasq", "dnsmasq-base"),
        ("ip", "iproute2"),
        ("nft", "nftables"),
        ("arping", "iputils-arping"),
    ] {
        checks.push(program_on_path(program, package));
    }
    checks.push(acceleration());
    checks.push(libvirt(config).await);
    checks.extend(volumes::checks(config).await);
    checks.extend(network::checks(config).await);
    checks
}

fn state_dir(path: &Path) -> Check {
    let written = writable(path, "run as root, or set ARCUS_STATE_DIR to a place of your own");
    Check { what: "state directory".into(), found: written.map(|()| path.display().to_string()) }
}

fn free_space(path: &Path) -> Check {
    Check { what: "disk".into(), found: room(path, "free some space, or set ARCUS_STATE_DIR to a larger disk") }
}

/// Whether a directory can be written, or made where it is to be.
fn writable(path: &Path, remedy: &str) -> Result<(), Trouble> {
    let nearest = nearest(path);
    nix::unistd::access(nearest, nix::unistd::AccessFlags::W_OK)
        .map_err(|errno| Trouble::new(format!("{} cannot be written: {errno}", nearest.display()), remedy))
}

/// How much is free where a directory is, or is to be.
fn room(path: &Path, remedy: &str) -> Result<String, Trouble> {
    match nix::sys::statvfs::statvfs(nearest(path)) {
        Ok(stat) => enough(stat.blocks_available() * stat.fragment_size() / (1 << 30), path, remedy),
        Err(errno) => Err(Trouble::new(errno.to_string(), "check that the file system is mounted")),
    }
}

fn enough(free_gib: u64, path: &Path, remedy: &str) -> Result<String, Trouble> {
    if free_gib >= ENOUGH_GIB {
        return Ok(format!("{free_gib} GiB free"));
    }
    Err(Trouble::bearable(format!("{free_gib} GiB free where {} lies", path.display()), remedy))
}

fn nearest(path: &Path) -> &Path {
    path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/"))
}

async fn listen(config: &Config) -> Check {
    let found = match tokio::net::TcpListener::bind(config.listen).await {
        Ok(_) => Ok(format!("{} is free", config.listen)),
        Err(error) => Err(Trouble {
            bearable: true,
            ..Trouble::new(
                format!("{}: {error}", config.listen),
                "fine if Arcus itself runs there; else set ARCUS_LISTEN",
            )
        }),
    };
    Check { what: "address".into(), found }
}

fn site(config: &Config) -> Check {
    let found = match assets::site(config) {
        Ok(path) if path.join("pkg").is_dir() => Ok(path.display().to_string()),
        Ok(path) => Err(Trouble::new(format!("{} has no pkg directory", path.display()), "run `make build`")),
        Err(error) => Err(Trouble::new(error.to_string(), "run `make build`")),
    };
    Check { what: "browser half".into(), found }
}

fn image(config: &Config) -> Check {
    let found = assets::bundled_image(config).map(|path| path.display().to_string()).ok_or_else(|| Trouble {
        bearable: true,
        ..Trouble::new("none was found", "run `make build`, or upload an image on the images page")
    });
    Check { what: "bundled image".into(), found }
}

fn program_on_path(program: &str, package: &str) -> Check {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|dir| dir.join(program))
        .find(|file| file.is_file());
    let found = found
        .map(|file| file.display().to_string())
        .ok_or_else(|| Trouble::new("it is not installed", format!("apt-get install {package}")));
    Check { what: program.into(), found }
}

fn acceleration() -> Check {
    let found = if crate::agent::kvm_usable() {
        Ok("KVM".to_owned())
    } else {
        Err(Trouble {
            bearable: true,
            ..Trouble::new(
                "this kernel has no KVM, so guests run slowly (TCG)",
                "switch virtualization on in the firmware, or nested virtualization outside",
            )
        })
    };
    Check { what: "acceleration".into(), found }
}

async fn libvirt(config: &Config) -> Check {
    let uri = config.libvirt_uri.clone();
    let found = match crate::agent::probe_libvirt(&uri).await {
        Ok(version) => Ok(format!("{uri} answers: {version}")),
        Err(why) => {
            Err(Trouble::new(format!("{uri}: {why}"), "systemctl start libvirtd, or `make up`, which starts it"))
        }
    };
    Check { what: "libvirt".into(), found }
}
