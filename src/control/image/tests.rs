use std::collections::BTreeMap;
use std::convert::Infallible;

use futures::stream;
use tokio_util::bytes::Bytes;

use super::*;
use crate::control::testing::Cloud;
use crate::model::Kind;
use crate::model::image::{ContainerFormat, DiskFormat, NewImage};

fn new_image(visibility: Visibility) -> NewImage {
    NewImage {
        id: None,
        name: "disk".into(),
        description: None,
        disk_format: Some(DiskFormat::Raw),
        container_format: Some(ContainerFormat::Bare),
        visibility,
        min_disk: 0,
        min_ram: 0,
        protected: false,
        hidden: false,
        tags: Vec::new(),
        properties: BTreeMap::new(),
    }
}

/// Two kibibytes in two pieces.
fn data() -> stream::Iter<std::vec::IntoIter<Result<Bytes, Infallible>>> {
    stream::iter(vec![Ok(Bytes::from_static(&[7; 1024])), Ok(Bytes::from_static(&[8; 1024]))])
}

fn files(cloud: &Cloud) -> Vec<String> {
    let dir = std::fs::read_dir(cloud.home.dir.path().join("state/images")).unwrap();
    dir.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn an_upload_is_hashed_and_the_image_active() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.image;
    let image = service.create(&ann, new_image(Visibility::Private)).await.unwrap();
    assert_eq!(image.status, ImageStatus::Queued);
    assert!(matches!(service.file(&ann, &image.id).await.unwrap_err().reason, Reason::ImageNotActive { .. }));
    let image = service.upload(&ann, &image.id, data(), None).await.unwrap();
    assert_eq!((image.status, image.size, image.virtual_size), (ImageStatus::Active, Some(2048), Some(2048)));
    assert_eq!(image.checksum.as_deref(), Some("fea75224274dac07fa0bbe97025a2ebd"));
    let (_, path) = service.file(&ann, &image.id).await.unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().len(), 2048);
    let again = service.upload(&ann, &image.id, data(), None).await.unwrap_err();
    assert!(matches!(again.reason, Reason::InvalidState { .. }), "{again}");

    service.delete(&ann, &image.id).await.unwrap();
    assert_eq!(files(&cloud), Vec::<String>::new());
}

#[tokio::test]
async fn a_refused_upload_leaves_the_reason_and_no_file_and_may_be_tried_again() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.image;
    let image = service.create(&ann, new_image(Visibility::Private)).await.unwrap();
    let refusal = service.upload(&ann, &image.id, data(), Some(&"0".repeat(64))).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::ImageChecksumMismatch { .. }), "{refusal}");
    let found = service.image(&ann, &image.id).await.unwrap();
    assert_eq!((found.status, found.fault), (ImageStatus::Killed, Some(refusal.reason)));
    assert_eq!(files(&cloud), Vec::<String>::new());

    let half = stream::iter(vec![Ok(Bytes::from_static(&[7; 1024])), Err("the browser went away")]);
    assert!(service.upload(&ann, &image.id, half, None).await.is_err());
    assert_eq!(service.image(&ann, &image.id).await.unwrap().status, ImageStatus::Queued);
    assert_eq!(files(&cloud), Vec::<String>::new());
    assert!(service.upload(&ann, &image.id, data(), None).await.is_ok());
}

#[tokio::test]
async fn an_image_deleted_while_it_arrives_stays_deleted() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = cloud.services.image.clone();
    let image = service.create(&ann, new_image(Visibility::Private)).await.unwrap();
    let deleting = {
        let (service, ann, id) = (service.clone(), ann.clone(), image.id.clone());
        stream::once(Box::pin(async move {
            service.delete(&ann, &id).await.unwrap();
            Ok::<_, Infallible>(Bytes::from_static(&[7; 512]))
        }))
    };
    let refusal = service.upload(&ann, &image.id, deleting, None).await.unwrap_err();
    assert_eq!(refusal.kind(), Kind::NotFound);
    assert_eq!(service.images(&ann).await.unwrap(), []);
    assert_eq!(files(&cloud), Vec::<String>::new());
}

#[tokio::test]
async fn another_project_sees_only_what_is_public_and_changes_nothing() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let eve = cloud.person("eve", "other", "member").await;
    let service = &cloud.services.image;
    let private = service.create(&ann, new_image(Visibility::Private)).await.unwrap().id;
    let refusal = service.create(&ann, new_image(Visibility::Public)).await.unwrap_err();
    assert_eq!(refusal.kind(), Kind::Forbidden, "only administrators make public images");
    let public = service.create(&cloud.system(), new_image(Visibility::Public)).await.unwrap().id;

    let seen: Vec<_> = service.images(&eve).await.unwrap().into_iter().map(|image| image.id).collect();
    assert_eq!(seen, std::slice::from_ref(&public));
    for (id, kind) in [(&private, Kind::NotFound), (&public, Kind::Forbidden)] {
        let patch = ImagePatch { name: Some("mine".into()), ..ImagePatch::default() };
        let refusals = [
            service.upload(&eve, id, data(), None).await.err(),
            service.update(&eve, id, patch).await.err(),
            service.delete(&eve, id).await.err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.expect("refused").kind(), kind);
        }
    }
    assert_eq!(service.image(&eve, &private).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(service.file(&eve, &private).await.unwrap_err().kind(), Kind::NotFound);
}

#[tokio::test]
async fn a_protected_image_stays_until_the_protection_is_lifted() {
    let cloud = Cloud::new().await;
    let ann = cloud.person("ann", "web", "member").await;
    let service = &cloud.services.image;
    let image = NewImage { protected: true, ..new_image(Visibility::Private) };
    let image = service.create(&ann, image).await.unwrap();
    let refusal = service.delete(&ann, &image.id).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::ImageProtected { .. }), "{refusal}");
    let patch = ImagePatch { protected: Some(false), ..ImagePatch::default() };
    service.update(&ann, &image.id, patch).await.unwrap();
    service.delete(&ann, &image.id).await.unwrap();
}
