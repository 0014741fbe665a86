//! Images: the disks that instances start from.

mod detail;
mod edit;
mod facts;
mod list;
mod state;
mod upload;

pub use detail::ImagePage;
pub use facts::size;
pub use list::ImagesPage;
