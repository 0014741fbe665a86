//! A guest's screen: in a tab of its instance, on a page of its own, and for whoever holds a console address.

mod instance;
mod screen;
mod standalone;
mod toolbar;

pub use instance::ConsolePage;
pub use screen::Screen;
pub use standalone::StandaloneConsolePage;
