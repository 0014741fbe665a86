//! Bodies that are too long, and bodies that do not arrive.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use futures::{StreamExt as _, stream};

use super::{ask, lines, nothing, service, words};
use crate::http::tests::Answer;
use crate::http::tests::walk::entry::{Entry, Payload};
use crate::http::tests::walk::world::World;
use crate::http::{MAX_BODY, Patience};

/// As much as comes at once.
const FRAME: usize = 64 * 1024;
const MANY_FRAMES: usize = 160;

/// A body of 10 MiB, and how many bytes of it were asked for so far.
fn long() -> (Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = taken.clone();
    let frames = stream::repeat_with(move || {
        counter.fetch_add(FRAME, Ordering::Relaxed);
        Ok::<_, Infallible>(Bytes::from_static(&[b' '; FRAME]))
    });
    (Body::from_stream(frames.take(MANY_FRAMES)), taken)
}

/// A body that begins, and never ends.
fn endless() -> Body {
    let start = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"{"))]);
    Body::from_stream(start.chain(stream::pending()))
}

fn is_refusal(entry: &Entry, answer: &Answer, status: StatusCode) -> bool {
    answer.status == status && words(service(&entry.address), answer).is_some()
}

fn is_upload(entry: &Entry) -> bool {
    matches!(entry.payload, Payload::Bytes(_))
}

#[tokio::test]
async fn of_a_body_that_is_too_long_no_more_than_the_limit_is_read() {
    let world = World::new().await;
    let mut wrong = Vec::new();
    for entry in lines(&world).into_iter().filter(|entry| !is_upload(entry)) {
        let reads = matches!(entry.payload, Payload::Json(_));
        // What reads no body is not refused for it, and does what it is for.
        let elsewhere = if reads || entry.only_asks { None } else { Some(world.copy().await) };
        let (body, taken) = long();
        let world = elsewhere.as_ref().unwrap_or(&world);
        let answer = ask(world, &entry, entry.by, &entry.address, body).await;
        let (taken, most) = (taken.load(Ordering::Relaxed), if reads { MAX_BODY + FRAME } else { 0 });
        if taken > most || reads != is_refusal(&entry, &answer, StatusCode::PAYLOAD_TOO_LARGE) {
            wrong.push(format!("{entry}: {} {} after {taken} bytes", answer.status, answer.body));
        }
    }
    nothing(wrong);
}

#[tokio::test]
async fn a_body_that_does_not_arrive_is_given_up() {
    let world = World::new().await;
    let (short, long) = (Duration::from_millis(1), Duration::from_secs(3600));
    let slow = world.copy_with(Patience { body: short, silence: long, ..Patience::default() }).await;
    let silent = world.copy_with(Patience { body: long, silence: short, ..Patience::default() }).await;
    let mut wrong = Vec::new();
    for world in [slow, silent] {
        let before = world.cloud().records().await;
        for entry in lines(&world).into_iter().filter(|entry| matches!(entry.payload, Payload::Json(_))) {
            let answer = ask(&world, &entry, entry.by, &entry.address, endless()).await;
            if !is_refusal(&entry, &answer, StatusCode::REQUEST_TIMEOUT) {
                wrong.push(format!("{entry}: {} {}", answer.status, answer.body));
            }
        }
        let after = world.cloud().records().await;
        wrong.extend(before.symmetric_difference(&after).cloned());
    }
    nothing(wrong);
}

#[tokio::test]
async fn an_upload_may_take_its_time_and_not_fall_silent() {
    let world = World::new().await;
    let (none, long) = (Duration::ZERO, Duration::from_secs(3600));
    let patient = world.copy_with(Patience { body: none, silence: long, ..Patience::default() }).await;
    let upload = lines(&patient).into_iter().find(is_upload).unwrap();
    let frames = stream::iter(0..20).then(async |_| {
        tokio::task::yield_now().await;
        Ok::<_, Infallible>(Bytes::from_static(&[b' '; FRAME]))
    });
    let answer = ask(&patient, &upload, upload.by, &upload.address, Body::from_stream(frames)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);

    let silent = world.copy_with(Patience { silence: Duration::from_millis(1), ..Patience::default() }).await;
    let answer = ask(&silent, &upload, upload.by, &upload.address, endless()).await;
    assert!(is_refusal(&upload, &answer, StatusCode::REQUEST_TIMEOUT), "{} {}", answer.status, answer.body);
    // It waits for data again.
    let answer = ask(&silent, &upload, upload.by, &upload.address, "scarlet").await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
}
