//! What the records say, and what the hosts and the bus hold: the same, to the last port.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::{Method, StatusCode};

use crate::cloud::machines::Machines;
use crate::cloud::{Cloud, Person, eventually, eventually_within};
use crate::host;

/// Lines of a guest's log by which libvirt says that it starts or has ended one.
const LIFE: &str = "grep -HE ': (starting up|shutting down)' /var/log/libvirt/qemu/*.log || true";

/// How libvirtd ends a guest that it was starting when it was killed: one whose CPUs it had not set going yet
/// (`qemuProcessReconnect`: "wasn't fully started yet, killing it"). Such a start is none.
const CUT_SHORT: &str = "shutting down, reason=daemon";
const START: &str = ": starting up";
/// The ids of the guests for which there is a QEMU, whatever libvirt knows of it.
const PROCESSES: &str = "ps -eo args | grep '^[^ ]*qemu-system' | grep -oP -- '-uuid \\K[^ ]+' || true";

const INSTANCES: &str = "SELECT id, vm_state, coalesce(task_state, ''), coalesce(host, ''), coalesce(CAST(fault AS TEXT), '') \
    FROM instances WHERE deleted_at IS NULL ORDER BY id";
const ALLOCATIONS: &str = "SELECT instance_id, host FROM allocations";
const PORTS: &str = "SELECT id, host, device_id, mac FROM ports WHERE device_owner LIKE 'compute:%'";
const ADDRESSES_OF_NOBODY: &str = "SELECT ip FROM ip_allocations WHERE port_id NOT IN (SELECT id FROM ports)";
const UNPUBLISHED: &str = "SELECT topic FROM outbox";

/// Compares a cloud with itself.
pub struct Agreement<'a> {
    cloud: &'a Cloud,
    machines: &'a Machines,
}

struct Instance {
    id: String,
    vm_state: String,
    task_state: String,
    host: String,
    fault: String,
}

impl<'a> Agreement<'a> {
    /// Forgets what libvirt wrote down of guests of earlier clouds, whose names come again.
    pub fn begin(cloud: &'a Cloud) -> Self {
        let machines = cloud.machines.as_ref().expect("machines: scripts/lab cloud");
        for host in &machines.hosts {
            machines.shell(host, "rm -f /var/log/libvirt/qemu/*.log");
        }
        Self { cloud, machines }
    }

    async fn instances(&self) -> Vec<Instance> {
        let rows = self.cloud.rows(INSTANCES).await;
        let instance = |row: Vec<String>| {
            let [id, vm_state, task_state, host, fault] = row.try_into().expect("five columns");
            Instance { id, vm_state, task_state, host, fault }
        };
        rows.into_iter().map(instance).collect()
    }

    /// Waits until nothing is being done any more; each instance is ACTIVE, or ERROR with a reason. How many of each.
    pub async fn settled(&self, when: &str) -> String {
        let quiet = || async {
            let instances = self.instances().await;
            // A guest that had to halt for want of room goes on when there is some.
            let rests = |one: &Instance| one.task_state.is_empty() && one.vm_state != "paused";
            let is_quiet = instances.iter().all(rests) && self.cloud.rows(UNPUBLISHED).await.is_empty();
            is_quiet.then_some(instances)
        };
        let instances = eventually_within(3, &format!("after {when}, an end of every task"), quiet).await;
        let demo = self.cloud.sign_in("demo").await;
        let mut counts = BTreeMap::<&str, usize>::new();
        for Instance { id, vm_state, fault, .. } in &instances {
            *counts.entry(vm_state).or_default() += 1;
            if vm_state == "active" {
                continue;
            }
            let server = demo.server(id).await;
            let message = server["fault"]["message"].as_str().unwrap_or_default();
            println!("{when}: {id} is {vm_state}: {message}");
            assert!(vm_state == "error" && !message.is_empty(), "after {when}: {server}");
            assert!(!fault.contains(r#""code":"internal""#) && !fault.contains(r#""code": "internal""#), "{fault}");
        }
        format!("{counts:?}")
    }

    /// Waits until all agree: the comparisons that Arcus makes itself mend within seconds.
    pub async fn reached(&self, when: &str) {
        let mut last = Vec::new();
        for _ in 0..60 {
            last = self.differences().await;
            if last.is_empty() {
                return self.no_guest_ran_twice(when);
            }
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }
        panic!("after {when} these do not agree: {last:#?}");
    }

    /// Deletes what is there, and waits until nothing of it is left.
    pub async fn emptied(&self, when: &str) {
        let demo: Person = self.cloud.sign_in("demo").await;
        for Instance { id, .. } in self.instances().await {
            demo.delete_server(&id).await;
        }
        eventually(&format!("after {when}, an empty cloud"), || async {
            self.instances().await.is_empty().then_some(())
        })
        .await;
        self.reached(&format!("{when} and the deletes")).await;
        host::comes_clean(&self.cloud.state_dir(), &format!("after {when}")).await;
        let dead = self.cloud.operator(&["queue", "dead"]);
        assert_eq!(dead, "", "after {when} there are dead letters");
        let servers = demo.call(Method::GET, "/compute/v2.1/servers", None).await;
        assert_eq!(servers.0, StatusCode::OK);
        assert_eq!(servers.1["servers"], serde_json::json!([]));
    }

    /// What does not agree, in words.
    async fn differences(&self) -> Vec<String> {
        let mut found = Vec::new();
        let instances = self.instances().await;
        let ports = self.cloud.rows(PORTS).await;
        let placed: BTreeSet<_> = instances.iter().filter(|one| !one.host.is_empty()).map(|one| &*one.id).collect();

        let allocated = self.cloud.rows(ALLOCATIONS).await;
        compare("allocations", allocated.iter().map(|row| &*row[0]), placed.iter().copied(), &mut found);
        // A launch that was given up may not have come so far.
        let with_port: BTreeSet<_> = ports.iter().map(|row| &*row[2]).collect();
        let is_due = |one: &&Instance| one.vm_state != "error" || with_port.contains(&*one.id);
        let due = instances.iter().filter(|one| !one.host.is_empty()).filter(is_due).map(|one| &*one.id);
        compare("ports", ports.iter().map(|row| &*row[2]), due, &mut found);
        found.extend(
            self.cloud.rows(ADDRESSES_OF_NOBODY).await.into_iter().map(|row| format!("address of nobody: {}", row[0])),
        );

        for host in &self.machines.hosts {
            found.extend(self.differences_on(host, &instances, &ports));
        }
        let macs: BTreeSet<_> = ports.iter().map(|row| &*row[3]).collect();
        let leases = host::leases(&self.cloud.state_dir());
        found.extend(
            leases
                .into_iter()
                .filter(|lease| lease.split(' ').nth(1).is_some_and(|mac| mac.contains(':') && !macs.contains(mac))),
        );
        found.extend(self.waiting_messages());
        found
    }

    /// What a host holds is what the records say of it. Of an instance in ERROR whose delete did not end, some may be gone.
    fn differences_on(&self, host: &str, instances: &[Instance], ports: &[Vec<String>]) -> Vec<String> {
        let here: Vec<_> = instances.iter().filter(|one| one.host == host).collect();
        let is_broken = |id: &str| here.iter().any(|one| one.id == id && one.vm_state == "error");
        let ids: Vec<_> = here.iter().map(|one| (one.id.clone(), is_broken(&one.id))).collect();
        let bound = ports.iter().filter(|row| row[1] == host);
        let taps: Vec<_> = bound.map(|row| (format!("tap{}", &row[0][..11]), is_broken(&row[2]))).collect();
        let mut found = Vec::new();
        for (what, line, wanted) in [
            ("domains", "virsh --quiet list --all --uuid", &ids),
            ("running guests", "virsh --quiet list --uuid", &ids),
            ("QEMUs", PROCESSES, &ids),
            ("files", "ls \"$ARCUS_STATE_DIR/instances\"", &ids),
            ("taps", "ip -brief link | grep -o '^tap[^ @]*' || true", &taps),
        ] {
            let said = self.machines.shell(host, line);
            let there: Vec<_> = said.split_whitespace().collect();
            let wanted = wanted.iter().filter(|(one, is_broken)| !is_broken || there.contains(&&**one));
            compare(&format!("{what} on {host}"), there.iter().copied(), wanted.map(|(one, _)| &**one), &mut found);
        }
        found
    }

    /// Queues with something in them. What asks all the time, such as heartbeats, may just be on its way: whoever
    /// compares does so again.
    fn waiting_messages(&self) -> Vec<String> {
        let listed = self.cloud.operator(&["queue", "list"]);
        let has_some = |line: &&str| {
            let mut columns = line.split_whitespace().skip(1);
            (0..2).any(|_| columns.next().is_some_and(|number| number != "0"))
        };
        listed.lines().skip(1).filter(has_some).map(str::to_owned).collect()
    }

    /// By libvirt's own word: nobody in this stream starts a guest again, so each has one start at most, on one host.
    fn no_guest_ran_twice(&self, when: &str) {
        let mut lives = BTreeMap::<String, Vec<String>>::new();
        for host in &self.machines.hosts {
            for line in self.machines.shell(host, LIFE).lines() {
                let (file, rest) = line.split_once(".log:").expect("a log's name");
                let guest = file.rsplit('/').next().expect("a name");
                lives.entry(guest.to_owned()).or_default().push(format!("{host}: {rest}"));
            }
        }
        for (guest, life) in lives {
            // One that was deleted before it was tried again never ran.
            assert!(runs(&life) <= 1, "after {when}, {guest} was started more than once: {life:#?}");
        }
    }
}

/// How often a guest ran, by the lines of its log. libvirtd lets CPUs go after it wrote down that there is a guest: one that
/// was killed before that knows of none afterwards, and writes of the next start without an end of this one.
fn runs(life: &[String]) -> usize {
    let is_cut_short = |number: usize| {
        let (host, _) = life[number].split_once(": ").expect("a host");
        let next = life.get(number + 1).filter(|next| next.starts_with(host));
        next.is_some_and(|next| next.ends_with(CUT_SHORT) || next.contains(START))
    };
    (0..life.len()).filter(|number| life[*number].contains(START) && !is_cut_short(*number)).count()
}

fn compare<'a>(
    what: &str,
    there: impl Iterator<Item = &'a str>,
    wanted: impl Iterator<Item = &'a str>,
    found: &mut Vec<String>,
) {
    let (mut there, mut wanted): (Vec<_>, Vec<_>) = (there.collect(), wanted.collect());
    there.sort_unstable();
    wanted.sort_unstable();
    if there != wanted {
        found.push(format!("{what}: there are {there:?}, the records have {wanted:?}"));
    }
}
