//! Volumes: disks that exist by themselves.

mod attach;
mod attachments;
mod create;
mod delete;
mod detach;
mod detail;
mod edit;
mod extend;
mod facts;
mod filters;
mod list;
mod may;
mod messages;
mod row;
mod state;
mod transfer;
mod upload;

pub use attach::Place;
pub use attachments::Device;
pub use detach::DetachButton;
pub use detail::VolumePage;
pub use list::VolumesPage;
pub use may::{Deed, why_not};
pub use state::{State, VolumeState};

use crate::model::volume::FillFrom;

/// The address of the form that makes a volume of that.
pub fn create_from(from: &FillFrom) -> String {
    use crate::dashboard::api::sources::value;
    use crate::dashboard::components::query::escape;
    format!("/volumes?source={}", escape(&value(from)))
}
