//! The integration tests: the house rules, and Arcus through its front door.

mod cloud;
mod house;
mod launch;
