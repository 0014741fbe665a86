//! Whatever dies under a stream of launches and deletes: afterwards everything agrees, and no guest ran twice.
//!
//! `ARCUS_FAULT_OPERATIONS` is how many launches and deletes there are for each kind of fault, 100 unless set.
//! `ARCUS_FAULTS` names the kinds, such as `rabbitmq-outage,full-disk`; all of them unless set.

mod agreement;
mod harm;
mod stream;

use crate::cloud::Cloud;
use crate::outside::provider;

use self::agreement::Agreement;
use self::harm::Fault;
use self::stream::Stream;

const OPERATIONS: usize = 100;

const HOST_DOWN_SECONDS: u64 = 8;

/// Short enough that what waits for a host or for a deadline ends while the test looks on.
const SETTINGS: &[(&str, &str)] = &[
    ("heartbeat_seconds", "2"),
    ("reconcile_seconds", "3"),
    ("launch_deadline_seconds", "40"),
    // The small disk has a single GiB.
    ("disk_ratio", "8"),
];

fn operations() -> usize {
    let set = std::env::var("ARCUS_FAULT_OPERATIONS").ok();
    set.map_or(OPERATIONS, |number| number.parse().expect("ARCUS_FAULT_OPERATIONS is a number"))
}

fn kinds() -> Vec<&'static Fault> {
    let Ok(names) = std::env::var("ARCUS_FAULTS") else { return harm::ALL.iter().collect() };
    let named = |name: &str| harm::ALL.iter().find(|fault| fault.name == name);
    names.split(',').map(|name| named(name).unwrap_or_else(|| panic!("no fault is called {name}"))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs several machines: scripts/lab cloud"]
async fn under_every_fault_a_stream_of_launches_and_deletes_ends_well_and_everything_agrees() {
    let down = HOST_DOWN_SECONDS.to_string();
    let settings: Vec<_> = SETTINGS.iter().copied().chain([("host_down_seconds", down.as_str())]).collect();
    let cloud = Cloud::start(&settings).await;
    let machines = cloud.machines.clone().expect("machines: scripts/lab cloud");
    // A flat one: not every kernel has VLANs.
    let network = provider(&cloud.sign_in("admin").await).await;
    let agreement = Agreement::begin(&cloud);
    for fault in kinds() {
        (fault.prepare)(&machines);
        let done = Stream::begin(&cloud, fault.name, &network, operations()).await.run(fault, &machines).await;
        assert!(done.wrong.is_empty(), "{}: answers that nobody should get: {:#?}", fault.name, done.wrong);
        assert!(done.counted("ACTIVE") > 0, "{}: not one instance ran: {done}", fault.name);

        let left = agreement.settled(fault.name).await;
        agreement.reached(fault.name).await;
        println!("{}: {done}; then {left}", fault.name);

        agreement.emptied(fault.name).await;
        (fault.tidy)(&machines);
    }
}
