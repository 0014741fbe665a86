//! Volumes that change hands.

use super::*;

#[tokio::test]
async fn who_has_the_key_takes_the_volume() {
    let bench = Bench::new().await;
    let bob = bench.cloud.person("bob", "blue", "member").await;
    let volume = bench.made(1).await;
    let service = bench.service();
    let (transfer, key) = service.create_transfer(&bench.ann, &volume.id, "gift", false).await.unwrap();
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::AwaitingTransfer);
    assert!(service.delete(&bench.ann, &volume.id, Deleting::default()).await.is_err());
    assert!(service.transfer(&bob, &transfer.id).await.is_err());
    let wrong = service.accept_transfer(&bob, &transfer.id, "guessed").await.unwrap_err();
    assert_eq!(wrong.kind(), Kind::BadRequest);

    let admin = bench.cloud.system();
    bench.cloud.services.quota.set(&admin, &bob.project_id, Resource::Volumes, 0).await.unwrap();
    assert_eq!(service.accept_transfer(&bob, &transfer.id, &key).await.unwrap_err().kind(), Kind::OverQuota);
    bench.cloud.services.quota.set(&admin, &bob.project_id, Resource::Volumes, 1).await.unwrap();
    service.accept_transfer(&bob, &transfer.id, &key).await.unwrap();
    assert!(service.volume(&bench.ann, &volume.id).await.is_err());
    let taken = service.volume(&bob, &volume.id).await.unwrap();
    assert_eq!((taken.status, taken.project_id), (VolumeStatus::Available, bob.project_id.clone()));
    assert!(service.accept_transfer(&bob, &transfer.id, &key).await.is_err(), "a key is good once");
}

#[tokio::test]
async fn a_transfer_can_be_called_off() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let kept = bench.taken(&volume).await;
    let alone = bench.service().create_transfer(&bench.ann, &volume.id, "", true).await.unwrap_err();
    assert!(matches!(alone.reason, Reason::VolumeHasSnapshots { count: 1, .. }));
    assert_eq!(bench.find(&kept.volume_id).await.status, VolumeStatus::Available);
    let (transfer, _) = bench.service().create_transfer(&bench.ann, &volume.id, "", false).await.unwrap();
    assert_eq!(bench.service().transfers(&bench.ann, false).await.unwrap().len(), 1);
    bench.service().delete_transfer(&bench.ann, &transfer.id).await.unwrap();
    assert_eq!(bench.find(&volume.id).await.status, VolumeStatus::Available);
    assert_eq!(bench.service().transfers(&bench.ann, false).await.unwrap(), []);
}

#[tokio::test]
async fn an_administrator_who_resets_the_status_calls_the_transfer_off() {
    let bench = Bench::new().await;
    let volume = bench.made(1).await;
    let (transfer, key) = bench.service().create_transfer(&bench.ann, &volume.id, "", false).await.unwrap();
    bench.service().reset_status(&bench.cloud.system(), &volume.id, "available").await.unwrap();
    assert_eq!(bench.service().transfers(&bench.ann, false).await.unwrap(), []);
    let taken = bench.service().accept_transfer(&bench.ann, &transfer.id, &key).await;
    assert_eq!(taken.unwrap_err().kind(), Kind::NotFound);
}
