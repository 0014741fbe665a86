//! Provider networks: only on physical networks that there are, and never two on the same segment.

use super::routers::host;
use super::*;

fn on(kind: &str, physical: Option<&str>, number: Option<i64>) -> NewNetwork {
    NewNetwork {
        provider_type: Some(kind.into()),
        physical_network: physical.map(str::to_owned),
        segmentation_id: number,
        ..new_network("provider")
    }
}

#[tokio::test]
async fn a_physical_network_is_one_that_a_host_has_a_way_onto() {
    let cloud = Cloud::new().await;
    let root = cloud.person("root", "web", "admin").await;
    let service = &cloud.services.network;
    let ask = async |wanted: NewNetwork| service.create_network(&root, wanted).await;
    let refused = reason(ask(on("flat", Some("provider"), None)).await);
    assert_eq!(refused, Reason::UnknownPhysicalNetwork { name: "provider".into(), known: "-".into() });
    host(&cloud, "host-1", &["lab", "provider"]).await;
    host(&cloud, "host-2", &["provider"]).await;
    let refused = reason(ask(on("flat", Some("provide"), None)).await);
    assert_eq!(refused, Reason::UnknownPhysicalNetwork { name: "provide".into(), known: "lab, provider".into() });
    ask(on("flat", Some("provider"), None)).await.unwrap();

    let member = cloud.person("ann", "web", "member").await;
    let forbidden = reason(service.create_network(&member, on("flat", Some("lab"), None)).await);
    assert!(matches!(forbidden, Reason::Forbidden { .. }));
}

#[tokio::test]
async fn a_segment_is_one_network() {
    let cloud = Cloud::new().await;
    let root = cloud.person("root", "web", "admin").await;
    let service = &cloud.services.network;
    host(&cloud, "host-1", &["lab", "provider"]).await;
    let ask = async |wanted: NewNetwork| service.create_network(&root, wanted).await;
    let flat = ask(on("flat", Some("provider"), None)).await.unwrap();
    ask(on("vlan", Some("provider"), Some(7))).await.unwrap();
    ask(on("vlan", Some("lab"), Some(7))).await.unwrap();
    for (wanted, segment) in [
        (on("flat", Some("provider"), None), "provider"),
        (on("vlan", Some("provider"), Some(7)), "VLAN 7 on provider"),
    ] {
        let refused = reason(ask(wanted).await);
        assert_eq!(refused, Reason::SegmentInUse { segment: segment.into(), network: "provider".into() });
    }
    service.delete_network(&root, &flat.id).await.unwrap();
    ask(on("flat", Some("provider"), None)).await.unwrap();
}

#[tokio::test]
async fn provider_attributes_fit_together() {
    let cloud = Cloud::new().await;
    let root = cloud.person("root", "web", "admin").await;
    host(&cloud, "host-1", &["provider"]).await;
    for (wanted, field) in [
        (on("vxlan", None, None), "provider_type"),
        (on("flat", None, None), "physical_network"),
        (on("vlan", None, Some(1)), "physical_network"),
        (on("local", Some("provider"), None), "physical_network"),
        (on("vlan", Some("provider"), None), "segmentation_id"),
        (on("vlan", Some("provider"), Some(4095)), "segmentation_id"),
        (on("flat", Some("provider"), Some(1)), "segmentation_id"),
    ] {
        let refusal = cloud.services.network.create_network(&root, wanted.clone()).await.expect_err("impossible");
        assert_eq!(refusal.field.as_deref(), Some(field), "{wanted:?}: {refusal}");
    }
}
