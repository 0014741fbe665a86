//! Kinds of volumes.

use super::*;
use crate::model::volume::{DEFAULT_TYPE, NewVolumeType};

fn named(name: &str) -> NewVolumeType {
    NewVolumeType { name: name.into(), description: None, is_public: true, extra_specs: Default::default() }
}

#[tokio::test]
async fn the_default_type_is_there_once_and_stays() {
    let bench = Bench::new().await;
    let admin = bench.cloud.system();
    let default = bench.service().volume_type(&bench.ann, DEFAULT_TYPE).await.unwrap();
    assert_eq!(bench.create(1).await.type_id, default.id);
    assert!(bench.service().delete_type(&admin, &default.id).await.is_err());
    let bench = Bench { cloud: bench.cloud.restarted().await, ..bench };
    assert_eq!(bench.service().types(&bench.ann).await.unwrap(), [default]);
}

#[tokio::test]
async fn administrators_make_types_and_a_type_in_use_stays() {
    let bench = Bench::new().await;
    let admin = bench.cloud.system();
    let service = bench.service();
    assert_eq!(service.create_type(&bench.ann, named("gold")).await.unwrap_err().kind(), Kind::Forbidden);
    let gold = service.create_type(&admin, named("gold")).await.unwrap();
    assert!(matches!(
        service.create_type(&admin, named("gold")).await.unwrap_err().reason,
        Reason::Duplicate { noun: Noun::VolumeType, .. }
    ));
    let hidden = |kind: &mut NewVolumeType| {
        kind.is_public = false;
        Ok(())
    };
    let volume = NewVolume { volume_type: Some("gold".into()), ..of_size(1) };
    let volume = service.create(&bench.ann, volume).await.unwrap();
    assert_eq!(volume.type_id, gold.id);
    service.change_type(&admin, &gold.id, hidden).await.unwrap();
    assert!(service.volume_type(&bench.ann, "gold").await.is_err());
    assert!(matches!(service.delete_type(&admin, &gold.id).await.unwrap_err().reason, Reason::InUse { .. }));
}

#[tokio::test]
async fn a_type_that_is_not_public_is_for_those_who_were_given_access() {
    let bench = Bench::new().await;
    let (admin, service) = (bench.cloud.system(), bench.service());
    let bob = bench.cloud.person("bob", "blue", "member").await;
    let gold = service.create_type(&admin, NewVolumeType { is_public: false, ..named("gold") }).await.unwrap();
    let volume = || NewVolume { volume_type: Some("gold".into()), ..of_size(1) };
    assert_eq!(service.create(&bench.ann, volume()).await.unwrap_err().kind(), Kind::NotFound);
    let project = &bench.ann.project_id;
    assert_eq!(service.open_type(&bench.ann, &gold.id, project).await.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(service.open_type(&admin, &gold.id, &"none".into()).await.unwrap_err().kind(), Kind::NotFound);
    service.open_type(&admin, &gold.id, project).await.unwrap();
    assert_eq!(service.open_type(&admin, &gold.id, project).await.unwrap_err().kind(), Kind::Conflict);
    assert_eq!(service.type_access(&admin, &gold.id).await.unwrap(), std::slice::from_ref(project));
    assert_eq!(service.types(&bench.ann).await.unwrap().len(), 2);
    assert_eq!(service.types(&bob).await.unwrap().len(), 1);
    let limits = async |ctx: &Ctx| bench.cloud.services.quota.usage_of_types(ctx, &ctx.project_id).await.unwrap().len();
    assert_eq!((limits(&bench.ann).await, limits(&bob).await), (6, 3));
    let made = service.create(&bench.ann, volume()).await.unwrap();

    service.close_type(&admin, &gold.id, project).await.unwrap();
    assert_eq!(service.close_type(&admin, &gold.id, project).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(service.create(&bench.ann, volume()).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(bench.find(&made.id).await.type_name, "gold");
    assert_eq!(limits(&bench.ann).await, 6, "it still counts");
    bench.done(&made, VolumeStatus::Creating).await;
    let (transfer, key) = service.create_transfer(&bench.ann, &made.id, "", false).await.unwrap();
    let taken = service.accept_transfer(&bob, &transfer.id, &key).await.unwrap_err();
    assert!(matches!(taken.reason, Reason::NotFound { noun: Noun::VolumeType, .. }));
    let default = service.volume_type(&admin, DEFAULT_TYPE).await.unwrap();
    assert!(matches!(
        service.open_type(&admin, &default.id, project).await.unwrap_err().reason,
        Reason::VolumeCannot { .. }
    ));
}
