//! What is not fetched, and what is not taken for an image.

use super::*;

#[tokio::test]
async fn an_address_that_may_not_be_fetched_from_is_refused_at_once() {
    let scene = Scene::new(world()).await;
    let id = scene.image(DiskFormat::Raw).await;
    let refused = [
        "",
        "disk.qcow2",
        "//images.test/disk",
        "ftp://images.test/disk",
        "file:///etc/passwd",
        "http://",
        "http://ann@images.test/disk",
        "http://:secret@images.test/disk",
        "http://127.0.0.2/",
        "http://127.2:8080/",
        "http://0x7f.2/",
        "http://2130706434/",
        "http://0177.0.0.2/",
        "http://127.0.0.2./",
        "http://0.0.0.0/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.2]/",
        "http://[::ffff:7f00:2]/",
        "http://[64:ff9b::127.0.0.2]/",
        "https://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]/",
        "http://[fd00:ec2::254]/",
        "http://10.0.0.1/",
        "http://[fd00::1]/",
    ];
    for uri in refused {
        let refusal = scene.service.import(&scene.ann, &id, uri).await.expect_err(uri);
        assert!(matches!(refusal.reason, Reason::ImportRefused { .. }), "{uri}: {refusal}");
        assert_eq!((refusal.kind(), refusal.field.as_deref()), (Kind::BadRequest, Some("uri")), "{uri}");
        assert!(!refusal.to_string().contains("secret@"), "{refusal}");
    }
    let some = scene.cloud.services.image.in_world("images.test, *.below.test", world(), PATIENT);
    for uri in ["http://other.test/", "http://below.test/", "https://127.0.0.1/"] {
        let refusal = some.import(&scene.ann, &id, uri).await.expect_err(uri);
        assert!(refusal.to_string().contains("image_import"), "{refusal}");
    }
    assert_eq!(scene.service.image(&scene.ann, &id).await.unwrap().status, ImageStatus::Queued);
    let off = scene.cloud.services.image.in_world("", world(), PATIENT);
    let refusal = off.import(&scene.ann, &id, "http://images.test/").await.unwrap_err();
    assert_eq!(refusal.reason, Reason::ImportOff);
    assert_eq!(off.import_methods(), <&[&str]>::default());
}

#[tokio::test]
async fn a_redirect_leads_no_further_than_the_address_itself_might() {
    let scene = Scene::new(world().with("inside.test", &["127.0.0.2"])).await;
    let server = Server::start(vec![
        ("/loopback", to("http://127.0.0.2:PORT/disk")),
        ("/mapped", to("http://[::ffff:7f00:2]:PORT/disk")),
        ("/named", to("http://inside.test:PORT/disk")),
        ("/metadata", to("http://169.254.169.254/")),
        ("/file", to("file:///etc/passwd")),
        ("/round", to("/round")),
        ("/nowhere", to("http://:")),
        ("/silent", said("302 Found\r\ncontent-length: 0", b"")),
        ("/disk", whole(&DISK)),
    ])
    .await;
    let from = |path: &str| server.url("images.test", path);
    assert!(scene.refusal(&from("/loopback")).await.contains("a loopback address"));
    assert!(scene.refusal(&from("/mapped")).await.contains("a loopback address"));
    assert!(scene.refusal(&from("/named")).await.contains("a loopback address"));
    assert!(scene.refusal(&from("/metadata")).await.contains("a link-local address"));
    assert!(scene.refusal(&from("/file")).await.contains("only http and https"));
    assert!(scene.failure(&from("/round")).await.contains("more than 5 redirects"));
    assert!(scene.failure(&from("/nowhere")).await.contains("redirects to"));
    assert!(scene.failure(&from("/silent")).await.contains("302"));
}

#[tokio::test]
async fn what_counts_is_where_the_connection_goes_and_not_where_the_name_led_before() {
    let world = world()
        .with("rebound.test", &["127.0.0.1", "127.0.0.2"])
        .with("inside.test", &["127.0.0.2"])
        .with("private.test", &["127.0.0.10"])
        .with("other.test", &["127.0.0.10"]);
    let scene = Scene::new(world).await;
    let server = Server::start(vec![("/first", to("http://rebound.test:PORT/disk")), ("/disk", whole(&DISK))]).await;
    assert!(scene.refusal(&server.url("rebound.test", "/first")).await.contains("a loopback address"));
    assert!(scene.refusal(&server.url("inside.test", "/disk")).await.contains("a loopback address"));
    assert!(scene.refusal(&server.url("other.test", "/disk")).await.contains("private network"));
    // Named in the setting, so it is the network that says no: nobody listens there.
    assert!(scene.failure(&server.url("private.test", "/disk")).await.contains("refused"));
}

#[tokio::test]
async fn what_is_no_image_leaves_the_reason_and_nothing_else() {
    let scene = Scene::new(world()).await;
    let server = Server::start(vec![
        ("/short", said("200 OK\r\ncontent-length: 2048", &DISK)),
        ("/chunk", said("200 OK\r\ntransfer-encoding: chunked", b"400\r\nxx")),
        ("/gone", said("404 Not Found\r\ncontent-length: 1024", &DISK)),
        ("/part", said("206 Partial Content\r\ncontent-length: 1024", &DISK)),
        ("/gzip", said("200 OK\r\ncontent-length: 1024\r\ncontent-encoding: gzip", &DISK)),
        ("/large", said("200 OK\r\ncontent-length: 5000", &DISK)),
        ("/endless", said("200 OK", &[7; 5000])),
        ("/nonsense", said("nonsense", b"")),
        ("/disk", whole(&DISK)),
    ])
    .await;
    let from = |path: &str| server.url("images.test", path);
    for path in ["/short", "/chunk", "/nonsense", "/unknown"] {
        scene.failure(&from(path)).await;
    }
    assert!(scene.failure(&from("/gone")).await.contains("404"));
    assert!(scene.failure(&from("/part")).await.contains("206"));
    assert!(scene.failure(&from("/gzip")).await.contains("compressed"));
    for path in ["/large", "/endless"] {
        assert_eq!(scene.fault(&from(path)).await, Reason::ImageTooLarge { max: 4096 }, "{path}");
    }
    // TLS is spoken, and this server does not.
    scene.failure(&from("/disk").replace("http:", "https:")).await;

    let id = scene.image(DiskFormat::Qcow2).await;
    let image = scene.import(&id, &from("/disk?token=secret")).await;
    assert_eq!(image.status, ImageStatus::Queued);
    scene.import(&id, &from("/short?token=secret#frag")).await;
    let told = scene.service.image(&scene.ann, &id).await.unwrap().fault.unwrap().to_string();
    assert!(!told.contains("secret"), "{told}");
    let image = scene.imported(&from("/disk")).await;
    assert_eq!((image.status, scene.files().len()), (ImageStatus::Active, 1), "it can be tried again");
}

#[tokio::test]
async fn a_server_that_says_nothing_is_given_up() {
    let scene = Scene::with_limits(world(), Limits { silence: Duration::from_millis(50), ..PATIENT }).await;
    let server = Server::start(vec![
        ("/silent", Said { answer: Vec::new(), then_waits: true }),
        ("/stuck", Said { then_waits: true, ..said("200 OK\r\ncontent-length: 2048", &DISK) }),
    ])
    .await;
    for path in ["/silent", "/stuck"] {
        assert!(scene.failure(&server.url("images.test", path)).await.contains("nothing came"));
    }
    let nameless = Scene::with_limits(world(), Limits { connect: Duration::from_millis(50), ..PATIENT }).await;
    assert!(nameless.failure("http://nowhere.test/").await.contains("nothing came"));
    let hasty = Scene::with_limits(world(), Limits { whole: Duration::from_millis(50), ..PATIENT }).await;
    assert!(matches!(hasty.fault(&server.url("images.test", "/stuck")).await, Reason::Timeout { .. }));
}
