//! Routers with their interfaces, their way out and their static routes.

mod detail;
mod edit;
mod facts;
mod gateway;
mod interfaces;
mod list;
mod routes;
mod state;

pub use detail::RouterPage;
pub use list::RoutersPage;
