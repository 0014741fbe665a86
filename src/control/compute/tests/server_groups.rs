//! Instances that are to run together, or apart.

use super::*;
use crate::model::scheduling::Refusal;
use crate::model::server_group::{NewServerGroup, Policy};

async fn group(bench: &Bench, policy: Policy, max_per_host: u32) -> ServerGroupId {
    let wanted = NewServerGroup { name: "web".into(), policy, max_per_host };
    bench.cloud.services.compute.create_server_group(&bench.ctx, wanted).await.unwrap().id
}

/// Launches one in the group, has it placed, and tells where it is.
async fn placed(bench: &Bench, name: &str, group: &ServerGroupId) -> Option<String> {
    let id = bench.launched_in(name, 64, Some(group)).await;
    bench.schedule(&id).await;
    bench.instance(&id).await.host
}

#[tokio::test]
async fn anti_affinity_takes_a_host_each_until_there_is_none() {
    let bench = Bench::new().await;
    bench.host("a", 10_000).await;
    bench.host("b", 1000).await;
    let group = group(&bench, Policy::AntiAffinity, 1).await;
    assert_eq!(placed(&bench, "one", &group).await.as_deref(), Some("a"));
    assert_eq!(placed(&bench, "two", &group).await.as_deref(), Some("b"));
    let last = bench.launched_in("three", 64, Some(&group)).await;
    bench.schedule(&last).await;
    let fault = bench.instance(&last).await.fault.unwrap().reason.to_string();
    assert!(fault.contains("ServerGroupAntiAffinityFilter"), "{fault}");

    bench.cloud.services.compute.delete_server_group(&bench.ctx, &group).await.unwrap();
    assert_eq!(bench.count("SELECT count(*) FROM instances WHERE server_group_id IS NOT NULL").await, 0);
}

#[tokio::test]
async fn anti_affinity_may_allow_some_on_a_host() {
    let bench = Bench::new().await;
    bench.host("a", 10_000).await;
    let group = group(&bench, Policy::AntiAffinity, 2).await;
    for (name, host) in [("one", Some("a")), ("two", Some("a")), ("three", None)] {
        assert_eq!(placed(&bench, name, &group).await.as_deref(), host, "{name}");
    }
}

#[tokio::test]
async fn affinity_follows_the_first_and_soft_policies_lean() {
    let bench = Bench::new().await;
    bench.host("a", 10_000).await;
    let (together, leaning) =
        (group(&bench, Policy::Affinity, 1).await, group(&bench, Policy::SoftAntiAffinity, 1).await);
    assert_eq!(placed(&bench, "one", &together).await.as_deref(), Some("a"));
    assert_eq!(placed(&bench, "first", &leaning).await.as_deref(), Some("a"));
    bench.host("b", 100_000).await;
    assert_eq!(placed(&bench, "two", &together).await.as_deref(), Some("a"));
    assert_eq!(placed(&bench, "second", &leaning).await.as_deref(), Some("b"));
    assert!(placed(&bench, "third", &leaning).await.is_some());
}

#[tokio::test]
async fn of_two_of_a_group_that_race_for_a_host_one_is_refused() {
    let bench = Bench::new().await;
    bench.host(HOST, 10_000).await;
    let group = group(&bench, Policy::AntiAffinity, 1).await;
    let one = bench.launched_in("one", 64, Some(&group)).await;
    let other = bench.launched_in("other", 64, Some(&group)).await;
    tokio::join!(bench.schedule(&one), bench.schedule(&other));
    let mut refused = Vec::new();
    for id in [&one, &other] {
        if bench.instance(id).await.host.is_none() {
            refused.push(bench.cloud.services.compute.decision(&bench.ctx, id).await.unwrap().unwrap());
        }
    }
    let [decision] = &refused[..] else { panic!("{refused:?}") };
    let last = decision.filters.last().unwrap();
    assert_eq!(last.refused[0].refusal, Refusal::TooManyCompanions { here: 1, max: 1 });
}
