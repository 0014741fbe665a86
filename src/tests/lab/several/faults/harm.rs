//! The kinds of faults.

use std::thread::sleep;
use std::time::Duration;

use super::HOST_DOWN_SECONDS;
use crate::cloud::machines::Machines;

/// Something that goes wrong, and then right again.
pub struct Fault {
    pub name: &'static str,
    /// From the end of one to the beginning of the next.
    pub pause: Duration,
    /// Before the stream begins.
    pub prepare: fn(&Machines),
    /// The fault from its beginning to its end; the n-th time.
    pub harm: fn(&Machines, usize),
    /// After everything has been compared and deleted.
    pub tidy: fn(&Machines),
}

impl Fault {
    const fn new(name: &'static str, pause: u64, harm: fn(&Machines, usize)) -> Self {
        Self { name, pause: Duration::from_secs(pause), prepare: nothing, harm, tidy: nothing }
    }
}

/// Every kind.
pub static ALL: &[Fault] = &[
    Fault::new("kill-api", 2, |machines, _| kill(machines, "control", "api")),
    Fault::new("kill-scheduler", 2, |machines, _| kill(machines, "control", "scheduler")),
    Fault::new("kill-conductor", 2, |machines, _| kill(machines, "control", "conductor")),
    Fault::new("kill-network", 2, |machines, _| kill(machines, "control", "network")),
    Fault::new("kill-compute", 2, |machines, round| kill(machines, one_of(machines, round), "compute")),
    Fault::new("rabbitmq-restart", 8, |machines, _| {
        machines.lab("lab-servers", &["rabbitmq", "restart"]);
    }),
    Fault::new("rabbitmq-outage", 10, |machines, _| {
        machines.lab("lab-servers", &["rabbitmq", "stop"]);
        sleep(Duration::from_secs(30));
        machines.lab("lab-servers", &["rabbitmq", "start"]);
    }),
    Fault::new("postgresql-restart", 3, |machines, _| machines.lab("lab-servers", &["postgres", "restart"])),
    Fault::new("postgresql-kill", 3, |machines, _| {
        machines.lab("lab-servers", &["postgres", "kill"]);
        sleep(Duration::from_secs(1));
        machines.lab("lab-servers", &["postgres", "start"]);
    }),
    Fault::new("partition", 10, |machines, round| {
        let host = one_of(machines, round);
        machines.lab("lab-network", &["cut", host]);
        sleep(Duration::from_secs(60));
        machines.lab("lab-network", &["heal", host]);
    }),
    Fault::new("libvirtd-restart", 3, |machines, round| {
        machines.shell(one_of(machines, round), "scripts/lab-libvirtd restart");
    }),
    Fault::new("libvirtd-kill", 3, |machines, round| {
        let host = one_of(machines, round);
        machines.shell(host, "scripts/lab-libvirtd kill");
        sleep(Duration::from_secs(1));
        machines.shell(host, "scripts/lab-libvirtd start");
    }),
    Fault { name: "full-disk", pause: Duration::from_secs(5), prepare: small_disk, harm: fill, tidy: whole_disk },
];

fn nothing(_: &Machines) {}

fn one_of(machines: &Machines, round: usize) -> &str {
    &machines.hosts[round % machines.hosts.len()]
}

/// As a supervisor would see it: dead, and started again a little later.
fn kill(machines: &Machines, machine: &str, role: &str) {
    machines.role(machine, role, "kill", &[]).unwrap_or_else(|| panic!("{role} on {machine} cannot be killed"));
    sleep(Duration::from_millis(700));
    machines.role(machine, role, "start", &[]).unwrap_or_else(|| panic!("{role} on {machine} does not start again"));
}

/// The first host gets a state directory on a file system of its own, and all launches: no other host is alive.
fn small_disk(machines: &Machines) {
    for other in &machines.hosts[1..] {
        machines.role(other, "compute", "stop", &[]).expect("its end");
    }
    move_state(machines, "mount -t tmpfs -o size=1g,mode=711 tmpfs \"$ARCUS_STATE_DIR\"");
    // Until then launches may still be placed on the others.
    sleep(Duration::from_secs(HOST_DOWN_SECONDS + 2));
}

/// Lazily: a process that is about to end may still hold a file of it.
fn whole_disk(machines: &Machines) {
    move_state(machines, "umount --lazy \"$ARCUS_STATE_DIR\"");
    for other in &machines.hosts[1..] {
        machines.role(other, "compute", "start", &[]).expect("a start");
    }
}

fn move_state(machines: &Machines, line: &str) {
    let host = one_of(machines, 0);
    machines.role(host, "compute", "stop", &[]).expect("its end");
    let keep = "settings=$(cat \"$ARCUS_STATE_DIR/arcus.toml\")";
    let put_back = "echo \"$settings\" >\"$ARCUS_STATE_DIR/arcus.toml\"";
    machines.shell(host, &format!("{keep}; {line}; {put_back}"));
    machines.role(host, "compute", "start", &[]).expect("a start");
}

fn fill(machines: &Machines, _: usize) {
    let host = one_of(machines, 0);
    machines.shell(host, "cat /dev/zero >\"$ARCUS_STATE_DIR/ballast\" 2>/dev/null || true");
    sleep(Duration::from_secs(8));
    machines.shell(host, "rm \"$ARCUS_STATE_DIR/ballast\"");
}
