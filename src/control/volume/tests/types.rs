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
