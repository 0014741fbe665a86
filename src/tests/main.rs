//! The integration tests: the house rules, and Arcus through its front door.

mod cloud;
mod golden;
mod house;
mod launch;
