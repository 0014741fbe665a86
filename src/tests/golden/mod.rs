//! Arcus beside a recorded OpenStack: the same requests, and answers with the same status, members, types and headers.
//! What differs is named and argued in `conformance/golden/differences.toml`, or it is a failure.

mod answer;
mod body;
mod differences;
mod exchange;
mod replay;

use std::collections::BTreeSet;

use self::differences::{Found, Listed};
use self::exchange::Exchange;
use self::replay::Replay;

#[tokio::test]
async fn arcus_answers_as_openstack_does_but_for_what_is_listed() {
    let (walkthrough, probes) = (exchange::read("walkthrough.json"), exchange::read("probes.json"));
    let headers: BTreeSet<&str> = walkthrough.iter().chain(&probes).flat_map(Exchange::headers).collect();
    let mut replay = Replay::start().await;
    let mut found = compare(&mut replay, &walkthrough, &headers).await;
    replay.launch_what_the_probes_look_at().await;
    found.extend(compare(&mut replay, &probes, &headers).await);
    let complaints = Listed::read().judge(&found);
    assert!(complaints.is_empty(), "\n{}\n", complaints.join("\n"));
}

/// Makes the requests again, one after the other, and says how the answers differ.
async fn compare(replay: &mut Replay, exchanges: &[Exchange], headers: &BTreeSet<&str>) -> Vec<Found> {
    let mut found = Vec::new();
    let mut command = "";
    for exchange in exchanges {
        if exchange.command != command {
            replay.settled().await;
        }
        command = &exchange.command;
        let answer = replay.ask(exchange).await;
        let differ = answer.compare(&exchange.answer, headers, |text| replay.fill(text));
        found.extend(differ.into_iter().map(|what| Found::new(exchange, what)));
    }
    found
}
