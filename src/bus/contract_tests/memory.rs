//! The bus inside one process.

use super::*;
use crate::bus::memory::MemoryBus;

#[async_trait]
impl Bench for MemoryBus {
    fn bus(&self) -> &dyn Bus {
        self
    }

    async fn dead_letters(&self) -> Vec<(Topic, String)> {
        self.dead_letters().into_iter().map(|letter| (letter.topic, letter.why)).collect()
    }
}

contract! { [] MemoryBus::new() }

#[tokio::test]
async fn a_cast_is_safe_only_when_its_handler_has_finished() {
    let bus = MemoryBus::new();
    let topic = Topic::scheduler();
    let (desk, mut mail) = desk();
    let _consumer = bus.consume(topic.clone(), 1, desk).await.unwrap();
    let confirmation = bus.cast(&topic, message(1)).await.unwrap();
    let mut confirmation = tokio::spawn(confirmation);
    let (_, answer) = mail.recv().await.unwrap();
    assert!(futures::poll!(&mut confirmation).is_pending());
    answer.send(done()).unwrap();
    confirmation.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_closed_bus_takes_nothing_and_says_so_to_those_who_wait() {
    let bus = MemoryBus::new();
    let waiting = bus.cast(&Topic::scheduler(), message(1)).await.unwrap();
    bus.close();
    assert!(matches!(waiting.await, Err(BusError::Closed(_))));
    assert!(matches!(bus.cast(&Topic::scheduler(), message(2)).await, Err(BusError::Closed(_))));
    let (desk, _mail) = desk();
    assert!(matches!(bus.consume(Topic::scheduler(), 1, desk).await, Err(BusError::Closed(_))));
}
