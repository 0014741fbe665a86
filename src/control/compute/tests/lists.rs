//! Lists of instances.

use super::*;
use crate::model::instance::{InstanceChange, InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::state::Status;
use crate::model::{Kind, validate};

fn page(sort: InstanceSort, offset: u32, limit: u32) -> PageRequest<InstanceSort> {
    PageRequest { sort, descending: false, offset, limit }
}

impl Bench {
    async fn names(&self, filter: &InstanceFilter, page: PageRequest<InstanceSort>) -> (Vec<String>, u32) {
        let page = self.cloud.services.compute.instances(&self.ctx, filter, page).await.unwrap();
        (page.rows.into_iter().map(|instance| instance.name).collect(), page.total)
    }
}

#[tokio::test]
async fn pages_are_sorted_counted_and_cut() {
    let bench = Bench::new().await;
    bench.host(HOST, 100).await;
    for name in ["web-B", "web-a", "db"] {
        bench.launched(name, 64).await;
    }
    let all = InstanceFilter::default();
    let by_name = bench.names(&all, page(InstanceSort::Name, 0, 10)).await;
    assert_eq!(by_name, (vec!["db".into(), "web-a".into(), "web-B".into()], 3));
    assert_eq!(bench.names(&all, page(InstanceSort::Name, 1, 1)).await, (vec!["web-a".into()], 3));
    let newest = PageRequest { descending: true, ..page(InstanceSort::Created, 0, 1) };
    assert_eq!(bench.names(&all, newest).await.0, ["db"]);
}

#[tokio::test]
async fn filters_match_parts_of_names_in_any_case_and_status_as_people_see_it() {
    let bench = Bench::new().await;
    bench.host(HOST, 100).await;
    bench.running("web-1").await;
    bench.launched("WEB-2", 64).await;
    bench.launched("100%", 64).await;
    let named = |name: &str| InstanceFilter { name: Some(name.into()), ..InstanceFilter::default() };
    let sort = page(InstanceSort::Name, 0, 10);
    assert_eq!(bench.names(&named("Web"), sort).await.0, ["web-1", "WEB-2"]);
    assert_eq!(bench.names(&named("%"), sort).await.0, ["100%"]);
    let active = InstanceFilter { status: Some(Status::Active), ..InstanceFilter::default() };
    assert_eq!(bench.names(&active, sort).await, (vec!["web-1".into()], 1));
    let address = InstanceFilter { ip: Some("10.0.0.".into()), ..InstanceFilter::default() };
    assert_eq!(bench.names(&address, sort).await, (vec![], 0));
}

#[tokio::test]
async fn another_projects_instances_do_not_exist() {
    let bench = Bench::new().await;
    bench.host(HOST, 100).await;
    let id = bench.running("mine").await;
    let stranger = bench.cloud.person("stranger", "elsewhere", "member").await;
    let compute = &bench.cloud.services.compute;
    assert_eq!(compute.instance(&stranger, &id).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(compute.timeline(&stranger, &id).await.unwrap_err().kind(), Kind::NotFound);
    let verb = crate::model::state::Verb::Delete;
    assert_eq!(compute.act(&stranger, &id, verb, None).await.unwrap_err().kind(), Kind::NotFound);
    assert_eq!(compute.update(&stranger, &id, InstanceChange::default()).await.unwrap_err().kind(), Kind::NotFound);
    let console = &bench.cloud.services.console;
    assert_eq!(console.issue(&stranger, &id).await.unwrap_err().kind(), Kind::NotFound);
    let list = compute.instances(&stranger, &InstanceFilter::default(), page(InstanceSort::Name, 0, 10)).await;
    assert_eq!(list.unwrap().total, 0);
    let everyone = InstanceFilter { all_projects: true, ..InstanceFilter::default() };
    let refused = compute.instances(&stranger, &everyone, page(InstanceSort::Name, 0, 10)).await;
    assert_eq!(refused.unwrap_err().kind(), Kind::Forbidden);
    assert_eq!(bench.instance(&id).await.name, "mine");
}

#[tokio::test]
async fn a_new_name_is_checked_and_grows_the_version() {
    let bench = Bench::new().await;
    let id = bench.launched("a", 64).await;
    let compute = &bench.cloud.services.compute;
    let named = |name: &str| InstanceChange { name: Some(name.into()), ..InstanceChange::default() };
    let words = InstanceChange { description: Some(Some("words".into())), ..named(" b ") };
    let renamed = compute.update(&bench.ctx, &id, words).await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.description.as_deref(), renamed.version), ("b", Some("words"), 2));
    let too_long = "x".repeat(validate::MAX_NAME as usize + 1);
    let refused = compute.update(&bench.ctx, &id, named(&too_long)).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("name"));
}
