//! What a guest writes to a volume in a second: in its own host's pool (a qcow2 file) and in another's (NBD), beside what the
//! same guest writes under plain QEMU to such a volume's very file, and to a raw file beside it. On the machines of
//! `scripts/lab cloud`.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::cloud::{Cloud, Person, eventually};
use super::outside::{OUTSIDE, apart, comes_up, let_in, provider, ssh};
use super::say;

const RUNS: usize = 5;
const MIB: usize = 128;
/// Where plain QEMU's guest listens, in the lab alone.
const PLAIN_IP: &str = "127.0.0.9";

/// MiB a second, the middle of the runs.
struct Written {
    /// Where nothing was before.
    new: f64,
    again: f64,
}

impl Written {
    fn figures(&self) -> String {
        format!("{:>6.1} MiB/s new   {:>6.1} again", self.new, self.again)
    }

    /// Both as parts of another's.
    fn over(&self, other: &Self) -> String {
        format!("{:.2}, {:.2}", self.new / other.new, self.again / other.again)
    }
}

pub async fn measure() {
    let cloud = Cloud::start(&[]).await;
    let (admin, demo) = (cloud.sign_in("admin").await, cloud.sign_in("demo").await);
    let network = provider(&admin).await;
    let_in(&demo).await;
    let mut guests = Vec::new();
    for (id, ip) in apart(&demo, &network, &["one", "two"]).await {
        comes_up(OUTSIDE, &ip).await;
        let server = admin.server(&id).await;
        guests.push((id, ip, server["OS-EXT-SRV-ATTR:host"].as_str().expect("a host").to_owned()));
    }
    let mut measured = Vec::new();
    for (what, is_near) in [("a volume of its own host (qcow2)", true), ("a volume of another host (NBD)", false)] {
        let (volume, host) = volume(&demo, &admin).await;
        let (id, ip, _) = guests.iter().find(|(_, _, on)| (*on == host) == is_near).expect("a guest on either host");
        let attach = json!({ "volumeAttachment": { "volumeId": volume } });
        demo.post(&format!("/compute/v2.1/servers/{id}/os-volume_attachments"), attach).await;
        becomes(&demo, &volume, "in-use").await;
        measured.push((what, written(OUTSIDE, ip).await));
        demo.delete_server(id).await;
        becomes(&demo, &volume, "available").await;
    }

    let (same, _) = volume(&demo, &admin).await;
    let same = file_of(&cloud, &same);
    let raw = same.with_extension("raw");
    std::fs::File::create(&raw).and_then(|file| file.set_len(1 << 30)).expect("a raw file");
    let same = plain(&same, "qcow2").await;
    say("guest writes to a volume's file, plain QEMU", same.figures());
    let beside = plain(&raw, "raw").await;
    std::fs::remove_file(&raw).expect("the raw file goes");
    say("guest writes to a raw file beside it, plain QEMU", beside.figures());
    for (what, written) in measured {
        let ratios = format!("ratio to the same file {}, to raw {}", written.over(&same), written.over(&beside));
        say(&format!("guest writes to {what}"), format!("{}   {ratios}", written.figures()));
    }
}

/// Where a volume of the pool of one of the hosts lies.
fn file_of(cloud: &Cloud, volume: &str) -> PathBuf {
    let machines = cloud.machines.as_ref().expect("several machines");
    let files = machines.agents().into_iter().map(|state| state.join(format!("volumes/{volume}.qcow2")));
    files.into_iter().find(|file| file.exists()).expect("the volume's file")
}

/// An empty volume, and its host.
async fn volume(demo: &Person, admin: &Person) -> (String, String) {
    let body = json!({ "volume": { "size": 1, "name": "written" } });
    let answer = demo.post("/volume/v3/volumes", body).await;
    let id = answer["volume"]["id"].as_str().expect("an id").to_owned();
    becomes(demo, &id, "available").await;
    let shown = admin.get("/volume/v3/volumes/detail?all_tenants=1").await;
    let shown = shown["volumes"].as_array().expect("volumes").iter().find(|volume| volume["id"] == id.as_str());
    let host = shown.expect("the volume")["os-vol-host-attr:host"].as_str().expect("a host");
    (id, host.split('@').next().expect("a host").to_owned())
}

async fn becomes(person: &Person, volume: &str, status: &str) {
    eventually(&format!("volume {volume} {status}"), || async {
        let shown = person.get(&format!("/volume/v3/volumes/{volume}")).await;
        (shown["volume"]["status"] == status).then_some(())
    })
    .await;
}

/// Writes to a guest's second disk, past its page cache, and again to the same places.
async fn written(netns: &str, ip: &str) -> Written {
    eventually("the disk in the guest", || async { ssh(netns, ip, "test -b /dev/vdb") }).await;
    let mut middles = [0.0; 2];
    for middle in &mut middles {
        let mut speeds: Vec<f64> = (0..RUNS).map(|run| write(netns, ip, run * MIB)).collect();
        speeds.sort_by(f64::total_cmp);
        *middle = speeds[RUNS / 2];
    }
    Written { new: middles[0], again: middles[1] }
}

/// MiB a second of one run, by the guest's own clock.
fn write(netns: &str, ip: &str, at: usize) -> f64 {
    let command = format!(
        "before=$(cut -d' ' -f1 /proc/uptime); \
         sudo dd if=/dev/zero of=/dev/vdb bs=1M seek={at} count={MIB} oflag=direct conv=notrunc,fsync 2>/dev/null && \
         echo $before $(cut -d' ' -f1 /proc/uptime)"
    );
    let said = ssh(netns, ip, &command).unwrap_or_else(|| panic!("{ip}: dd failed"));
    let times: Vec<f64> = said.split_whitespace().filter_map(|time| time.parse().ok()).collect();
    MIB as f64 / (times[1] - times[0])
}

/// The same guest image and machine, started by hand with that file.
async fn plain(data: &Path, format: &str) -> Written {
    let scratch = tempfile::tempdir().expect("a directory");
    let root = scratch.path().join("root.qcow2");
    let image = std::env::var("ARCUS_BUNDLED_IMAGE").expect("ARCUS_BUNDLED_IMAGE is set");
    let overlay = Command::new("qemu-img")
        .args(["create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", &image])
        .arg(&root)
        .status()
        .expect("qemu-img runs");
    assert!(overlay.success(), "an overlay over {image}");
    let guest = Plain::start(&root, data, format);
    comes_up("", PLAIN_IP).await;
    let written = written("", PLAIN_IP).await;
    drop(guest);
    written
}

/// A QEMU that ends with the value.
struct Plain(Child);

impl Plain {
    /// As Arcus' guests are, apart from what is measured.
    fn start(root: &Path, data: &Path, format: &str) -> Self {
        let drive = |path: &Path, format: &str| {
            format!("if=virtio,format={format},cache=none,discard=unmap,file={}", path.display())
        };
        let mut command = Command::new("qemu-system-x86_64");
        let accelerator: &[&str] =
            if arcus::agent::kvm_usable() { &["-accel", "kvm", "-cpu", "host"] } else { &["-cpu", "qemu64"] };
        command.args(accelerator).args(["-machine", "pc", "-smp", "1", "-m", "512", "-display", "none"]);
        command.args(["-drive", &drive(root, "qcow2"), "-drive", &drive(data, format)]);
        let net = format!("user,id=net,restrict=on,hostfwd=tcp:{PLAIN_IP}:22-:22");
        command.args(["-netdev", &net, "-device", "virtio-net-pci,netdev=net"]);
        Self(command.stdin(Stdio::null()).spawn().expect("QEMU runs"))
    }
}

impl Drop for Plain {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
