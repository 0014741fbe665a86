//! Imports, with a server on this machine that stands for the world.

mod refusals;

use std::collections::BTreeMap;
use std::time::Duration;

use super::testing::{PATIENT, Said, Server, World, said, whole};
use super::web::Limits;
use crate::control::Ctx;
use crate::control::image::ImageService;
use crate::control::policy::{self, Action};
use crate::control::store;
use crate::control::testing::Cloud;
use crate::model::image::{ContainerFormat, DiskFormat, Image, ImageStatus, NewImage, Progress, Visibility};
use crate::model::{ImageId, Kind, Reason};

/// What a server has; `raw` needs no more than bytes.
const DISK: [u8; 1024] = [7; 1024];

/// A service in a world, and somebody who uses it.
struct Scene {
    cloud: Cloud,
    ann: Ctx,
    service: ImageService,
}

impl Scene {
    async fn new(world: World) -> Self {
        Self::with_limits(world, PATIENT).await
    }

    async fn with_limits(world: World, limits: Limits) -> Self {
        let cloud = Cloud::new().await;
        let ann = cloud.person("ann", "web", "member").await;
        let service = cloud.services.image.in_world("*, private.test", world, limits);
        Self { cloud, ann, service }
    }

    async fn image(&self, format: DiskFormat) -> ImageId {
        let image = NewImage {
            id: None,
            name: "disk".into(),
            description: None,
            disk_format: Some(format),
            container_format: Some(ContainerFormat::Bare),
            visibility: Visibility::Private,
            min_disk: 0,
            min_ram: 0,
            protected: false,
            hidden: false,
            tags: Vec::new(),
            properties: BTreeMap::new(),
        };
        self.service.create(&self.ann, image).await.unwrap().id
    }

    /// A new image after an import from there.
    async fn imported(&self, uri: &str) -> Image {
        let id = self.image(DiskFormat::Raw).await;
        self.import(&id, uri).await
    }

    async fn import(&self, id: &ImageId, uri: &str) -> Image {
        let begun = self.service.import(&self.ann, id, uri).await.unwrap();
        assert_eq!(begun.status, ImageStatus::Importing);
        self.settled(id).await
    }

    async fn settled(&self, id: &ImageId) -> Image {
        let settled = async {
            loop {
                let image = self.service.image(&self.ann, id).await.unwrap();
                if image.status != ImageStatus::Importing {
                    return image;
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(60), settled).await.expect("the import ends")
    }

    /// Why an import from there came to nothing; it left nothing but the reason.
    async fn fault(&self, uri: &str) -> Reason {
        let image = self.imported(uri).await;
        assert_eq!((image.status, image.progress), (ImageStatus::Queued, None), "{uri}");
        assert_eq!(self.files(), Vec::<String>::new(), "{uri}");
        image.fault.expect("a reason")
    }

    async fn refusal(&self, uri: &str) -> String {
        match self.fault(uri).await {
            Reason::ImportRefused { why, .. } => why,
            other => panic!("{uri}: {other}"),
        }
    }

    async fn failure(&self, uri: &str) -> String {
        match self.fault(uri).await {
            Reason::ImportFailed { why, .. } => why,
            other => panic!("{uri}: {other}"),
        }
    }

    fn files(&self) -> Vec<String> {
        let dir = std::fs::read_dir(self.cloud.home.dir.path().join("state/images")).unwrap();
        dir.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

fn world() -> World {
    World::default().with("images.test", &["127.0.0.1"])
}

fn to(address: &str) -> Said {
    said(&format!("302 Found\r\ncontent-length: 0\r\nlocation: {address}"), b"")
}

#[tokio::test]
async fn what_is_fetched_is_as_good_as_uploaded() {
    let scene = Scene::new(world()).await;
    let server = Server::start(vec![("/disk", whole(&DISK)), ("/here", to("there")), ("/there", to("/disk"))]).await;
    for path in ["/disk", "/here"] {
        let image = scene.imported(&server.url("images.test", path)).await;
        assert_eq!((image.status, image.fault), (ImageStatus::Active, None));
        assert_eq!((image.size, image.virtual_size), (Some(1024), Some(1024)));
        assert_eq!(image.checksum.as_deref(), Some("254a7725306413d2a8e39ad05ffa018a"));
        let (_, path) = scene.service.file(&scene.ann, &image.id).await.unwrap();
        assert_eq!(std::fs::read(path).unwrap(), DISK);
        let again = scene.service.import(&scene.ann, &image.id, "http://images.test/").await.unwrap_err();
        assert!(matches!(again.reason, Reason::InvalidState { .. }), "{again}");
    }
}

#[tokio::test]
async fn an_image_deleted_while_it_is_imported_is_gone_with_all_of_it() {
    let scene = Scene::new(world()).await;
    let stuck = Said { then_waits: true, ..said("200 OK\r\ncontent-length: 2048", &DISK) };
    let server = Server::start(vec![("/stuck", stuck)]).await;
    let id = scene.image(DiskFormat::Raw).await;
    scene.service.import(&scene.ann, &id, &server.url("images.test", "/stuck")).await.unwrap();
    let half = Some(Progress { received: 1024, of: Some(2048) });
    while scene.service.image(&scene.ann, &id).await.unwrap().progress != half {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let again = scene.service.import(&scene.ann, &id, "http://images.test/").await.unwrap_err();
    assert!(matches!(again.reason, Reason::InvalidState { .. }), "{again}");
    scene.service.delete(&scene.ann, &id).await.unwrap();
    assert_eq!(scene.service.image(&scene.ann, &id).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(scene.files(), Vec::<String>::new());
}

#[tokio::test]
async fn a_restart_lets_what_was_being_imported_wait_for_data_again() {
    let scene = Scene::new(world()).await;
    let id = scene.image(DiskFormat::Raw).await;
    let grant = policy::check(&scene.ann, Action::Write, "import").unwrap();
    let mut tx = scene.cloud.services.shared.db.write().await.unwrap();
    let now = scene.service.shared.now();
    assert!(store::images::begin(&mut tx, grant, &id, ImageStatus::Importing, now).await.unwrap());
    tx.commit().await.unwrap();
    std::fs::write(scene.cloud.home.dir.path().join(format!("state/images/{id}.part")), DISK).unwrap();

    let Scene { cloud, ann, .. } = scene;
    let cloud = cloud.restarted().await;
    let _background = cloud.services.start(crate::control::Parts::ALL).await.unwrap();
    let image = cloud.services.image.image(&ann, &id).await.unwrap();
    assert_eq!((image.status, image.fault), (ImageStatus::Queued, Some(Reason::ImportInterrupted)));
    assert_eq!(std::fs::read_dir(cloud.home.dir.path().join("state/images")).unwrap().count(), 0);
}
