//! Light, dark, or as the system has it.

/// The cookie that holds the chosen theme.
pub const THEME_COOKIE: &str = "arcus_theme";

/// A colour theme; the server writes it into `<html data-theme>`, so that no page flashes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    /// Every theme.
    pub const ALL: [Theme; 3] = [Self::Auto, Self::Light, Self::Dark];

    /// As in the cookie and in CSS.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl std::str::FromStr for Theme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).ok_or(())
    }
}

/// The theme of this page.
#[cfg(not(feature = "hydrate"))]
pub fn theme() -> Theme {
    leptos::prelude::use_context().unwrap_or_default()
}

/// The theme of this page.
#[cfg(feature = "hydrate")]
pub fn theme() -> Theme {
    let html = leptos::prelude::document().document_element();
    html.and_then(|html| html.get_attribute("data-theme")).and_then(|text| text.parse().ok()).unwrap_or_default()
}
