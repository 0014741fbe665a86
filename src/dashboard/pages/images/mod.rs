//! Images: the disks that instances start from.

mod detail;
mod edit;
mod list;
mod state;
mod upload;

pub use detail::ImagePage;
pub use list::ImagesPage;
