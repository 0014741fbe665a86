//! How everything hangs together: a picture, and the same as a nested list.

mod layout;
mod map;
mod outline;
mod page;
mod picture;

pub use page::TopologyPage;
