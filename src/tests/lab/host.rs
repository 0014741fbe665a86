//! What the compute hosts hold, seen with their own tools: the lab itself, or each host of `scripts/lab cloud`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::cloud::machines::Machines;

/// What a command printed; it must succeed.
pub fn tell(program: &str, arguments: &[&str]) -> String {
    assert!(std::env::var_os("ARCUS_LAB").is_some(), "this test moves guest packets: run it by `scripts/lab`");
    let output = Command::new(program).args(arguments).output().unwrap_or_else(|error| panic!("{program}: {error}"));
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// What a command printed on each compute host; it must succeed there.
pub fn told(program: &str, arguments: &[&str]) -> Vec<String> {
    let Some(machines) = Machines::given() else { return vec![tell(program, arguments)] };
    let run = |host: &String| {
        let output = machines.on(host, program).args(arguments).output().expect("a command");
        let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {arguments:?} on {host}: {complaint}");
        String::from_utf8(output.stdout).expect("text")
    };
    machines.hosts.iter().map(run).collect()
}

/// Kills libvirtd and starts it again: this host's, or that of one of the machines.
pub fn restart_libvirtd(host: &str) {
    for verb in ["kill", "start"] {
        let Some(machines) = Machines::given() else {
            tell("scripts/lab-libvirtd", &[verb]);
            continue;
        };
        let done = machines.on(host, "scripts/lab-libvirtd").arg(verb).status();
        assert!(done.is_ok_and(|status| status.success()), "{host}: libvirtd {verb}");
    }
}

/// The names of libvirt's domains, running or not.
pub fn domains() -> Vec<String> {
    let listed = told("virsh", &["--quiet", "list", "--all", "--name"]).concat();
    listed.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The name of the domain with an instance's id.
pub fn domain_of(instance: &str) -> String {
    tell("virsh", &["domname", instance]).trim().to_owned()
}

/// Network devices whose name begins so.
pub fn devices(prefix: &str) -> Vec<String> {
    let listed = told("ip", &["-brief", "link"]).concat();
    let names = listed.lines().filter_map(|line| line.split([' ', '@']).next());
    names.filter(|name| name.starts_with(prefix)).map(str::to_owned).collect()
}

/// The state directories of all agents: this one's, unless there are machines.
pub fn agents(state_dir: &Path) -> Vec<PathBuf> {
    Machines::given().map_or_else(|| vec![state_dir.to_owned()], |machines| machines.agents())
}

/// Every line of every lease file.
pub fn leases(state_dir: &Path) -> Vec<String> {
    let directories = agents(state_dir).into_iter().map(|directory| directory.join("dhcp"));
    let networks = directories.flat_map(|directory| std::fs::read_dir(directory).into_iter().flatten().flatten());
    let files = networks.filter_map(|network| std::fs::read_to_string(network.path().join("leases")).ok());
    files.flat_map(|file| file.lines().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Takes away what a test that failed left, so that the next one does not fail for it. The lab has no other guests.
pub fn clear() {
    if Machines::given().is_some() {
        return; // they are cleared whenever a cloud begins on them
    }
    for domain in domains() {
        // One that is not running cannot be destroyed.
        let _ = Command::new("virsh").args(["--quiet", "destroy", &domain]).status();
        tell("virsh", &["--quiet", "undefine", "--nvram", &domain]);
    }
    for netns in tell("ip", &["netns", "list"]).lines().filter_map(|line| line.split(' ').next()) {
        if netns.starts_with("qdhcp-") || netns.starts_with("qrouter-") {
            tell("ip", &["netns", "delete", netns]);
        }
    }
    for device in ["tap", "upn", "upv", "leg", "brq"].into_iter().flat_map(devices) {
        // The end of a pair goes by itself when its namespace does, a little later.
        let _ = Command::new("ip").args(["link", "delete", &device]).status();
    }
}

/// Waits until nothing is left of instances on the host.
///
/// # Panics
/// With what is left after a minute.
pub async fn comes_clean(state_dir: &Path, when: &str) {
    let mut left = leftovers(state_dir);
    for _ in 0..600 {
        if left.is_empty() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        left = leftovers(state_dir);
    }
    panic!("{when} the host still holds {left:?}");
}

/// What is left of instances on the host: domains, taps, leases, files.
fn leftovers(state_dir: &Path) -> Vec<String> {
    let mut found = domains();
    found.extend(devices("tap"));
    found.extend(leases(state_dir));
    let directories = agents(state_dir).into_iter().map(|directory| directory.join("instances"));
    let files = directories.flat_map(|directory| std::fs::read_dir(directory).into_iter().flatten().flatten());
    found.extend(files.map(|file| file.path().display().to_string()));
    found
}
