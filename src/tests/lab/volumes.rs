//! Volumes that go from guest to guest, outlive them and start them, by the stock client and from inside.

mod faults;
mod full_disk;
pub mod harm;
mod lvm;
mod rbd;
pub mod stage;

use self::stage::{Stage, fill, inside, read_back};
use super::cloud::eventually;
use super::outside::{OUTSIDE, comes_up, ssh};

#[tokio::test]
async fn what_one_guest_writes_another_reads_also_after_the_first_is_deleted() {
    let stage = Stage::set().await;
    let volume = stage.volume("--size 1 data").await;
    let (first, first_ip) = stage.guest("first").await;
    let (second, second_ip) = stage.guest("second").await;

    stage.attach(&first, &volume).await;
    let written = fill(&first_ip).await;
    inside(&first_ip, "sudo umount /mnt");
    stage.detach(&first, &volume).await;
    eventually("a guest without the disk", || async { ssh(OUTSIDE, &first_ip, "test ! -b /dev/vdb") }).await;

    stage.attach(&second, &volume).await;
    assert_eq!(read_back(&second_ip).await, written);
    // It is there after a power cycle as well.
    stage.client.tell(&format!("server reboot --hard --wait {second}"));
    comes_up(OUTSIDE, &second_ip).await;
    assert_eq!(read_back(&second_ip).await, written);

    // An instance is deleted with the volume in it, and the volume stays.
    stage.delete(&second).await;
    stage.becomes(&volume, "available").await;
    stage.attach(&first, &volume).await;
    assert_eq!(read_back(&first_ip).await, written);
    stage.delete(&first).await;
    stage.becomes(&volume, "available").await;
    stage.empty().await;
}

#[tokio::test]
async fn a_volume_starts_one_instance_after_another_and_keeps_its_files() {
    let stage = Stage::set().await;
    let volume = stage.volume("--size 1 --image cirros --bootable root").await;
    let start = |name: &str| {
        let server = stage.client.run(&format!(
            "server create --flavor 1 --volume {volume} --nic net-id={} --security-group default --wait {name}",
            stage.network
        ));
        assert_eq!(server["status"], "ACTIVE", "{server}");
        let ip = server["addresses"]["provider"][0].as_str().expect("an address").to_owned();
        (server["id"].as_str().expect("an id").to_owned(), ip)
    };
    let (first, ip) = start("first");
    // Nobody asks for an image, so the image service has no token to ask about.
    let steps: Vec<i64> = (1..=29).filter(|step| *step != 21).collect();
    assert_eq!(stage.cloud.steps(&first).await, steps);
    comes_up(OUTSIDE, &ip).await;
    inside(&ip, "echo still here >kept; sync");
    let (shown, attached) = (stage.becomes(&volume, "in-use").await, &first);
    assert_eq!(shown["attachments"][0]["server_id"], **attached, "{shown}");
    stage.delete(&first).await;
    stage.becomes(&volume, "available").await;

    let (second, ip) = start("second");
    comes_up(OUTSIDE, &ip).await;
    assert_eq!(inside(&ip, "cat kept").trim(), "still here");
    stage.delete(&second).await;
    stage.empty().await;
}

#[tokio::test]
async fn a_snapshot_taken_while_a_guest_writes_holds_what_was_there_before() {
    let stage = Stage::set().await;
    let volume = stage.volume("--size 1 data").await;
    let (guest, ip) = stage.guest("writer").await;
    stage.attach(&guest, &volume).await;
    let written = fill(&ip).await;
    inside(&ip, "(while true; do sudo dd if=/dev/urandom of=/mnt/more bs=1k count=2000; sync; done) >/dev/null 2>&1 &");

    let snapshot = stage.snapshot(&volume).await;
    // The original goes on changing.
    inside(&ip, "sudo rm /mnt/noise; sync");
    let restored = stage.volume(&format!("--snapshot {snapshot} restored")).await;

    let (reader, reader_ip) = stage.guest("reader").await;
    stage.attach(&reader, &restored).await;
    assert_eq!(read_back(&reader_ip).await, written);
    stage.delete(&guest).await;
    stage.delete(&reader).await;
    stage.forget(&snapshot).await;
    stage.becomes(&volume, "available").await;
    stage.empty().await;
}

#[tokio::test]
async fn a_volume_grows_under_a_running_guest() {
    let stage = Stage::set().await;
    let volume = stage.volume("--size 1 data").await;
    let (guest, ip) = stage.guest("grower").await;
    stage.attach(&guest, &volume).await;
    let written = fill(&ip).await;
    stage.grow(&volume, &ip).await;
    assert_eq!(inside(&ip, "sha256sum </mnt/noise"), written);
    stage.delete(&guest).await;
    stage.empty().await;
}
