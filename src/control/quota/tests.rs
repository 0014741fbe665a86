use crate::control::testing::Cloud;
use crate::model::Reason;
use crate::model::quota::Resource;

#[tokio::test]
async fn every_resource_is_listed_with_its_default_until_an_administrator_sets_it() {
    let cloud = Cloud::new().await;
    let quota = &cloud.services.quota;
    let ann = cloud.person("ann", "web", "member").await;
    let usage = quota.usage(&ann).await.unwrap();
    assert_eq!(usage.iter().map(|usage| usage.resource).collect::<Vec<_>>(), Resource::ALL);
    assert!(usage.iter().all(|usage| usage.used == 0 && usage.limit == usage.resource.default_limit()));

    quota.set(&cloud.system(), &ann.project_id, Resource::Cores, -1).await.unwrap();
    let cores = quota.usage(&ann).await.unwrap().into_iter().find(|usage| usage.resource == Resource::Cores).unwrap();
    assert_eq!((cores.limit, cores.left()), (-1, None));
}

#[tokio::test]
async fn limits_are_set_by_administrators_for_projects_that_exist() {
    let cloud = Cloud::new().await;
    let quota = &cloud.services.quota;
    let ann = cloud.person("ann", "web", "member").await;
    let refusal = quota.set(&ann, &ann.project_id, Resource::Cores, -1).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::Forbidden { .. }), "{refusal}");
    let refusal = quota.set(&cloud.system(), &"nowhere".into(), Resource::Cores, 1).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::NotFound { .. }), "{refusal}");
    let refusal = quota.set(&cloud.system(), &ann.project_id, Resource::Cores, -2).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::OutOfRange { .. }), "{refusal}");
    let refusal = quota.set(&cloud.system(), &ann.project_id, Resource::KeyPairs, 1).await.unwrap_err();
    assert!(matches!(refusal.reason, Reason::NotAChoice { .. }), "{refusal}");
}
