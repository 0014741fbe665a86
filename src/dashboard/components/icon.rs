//! Icons: 16 by 16, one stroke, in the text's colour.

use leptos::prelude::*;

macro_rules! pictures {
    ($($(#[$doc:meta])* $name:ident = $path:literal;)*) => {
        /// What an icon shows.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Picture { $($(#[$doc])* $name),* }

        impl Picture {
            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),* }
            }
        }
    };
}

pictures! {
    Overview = "M2.5 2.5h4.5v6H2.5zM9 2.5h4.5v3.5H9zM9 8h4.5v5.5H9zM2.5 10.5h4.5v3H2.5z";
    Instance = "M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01";
    Image = "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z";
    Flavor = "M3 4.5h6M12 4.5h1M3 8h1.5M7.5 8H13M3 11.5h4.5M10.5 11.5H13M10.5 3v3M6 6.5v3M9 10v3";
    Keypair = "M10.5 2.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8.2 7.8 2.5 13.5M4.5 11.5l1.5 1.5M6.5 9.5 8 11";
    Network = "M8 2.5v4M3.5 9.5v-3h9v3M2 9.5h3v4H2zM6.5 9.5h3v4h-3zM11 9.5h3v4h-3z";
    Router = "M3.5 8a4.5 2 0 1 0 9 0 4.5 2 0 0 0-9 0ZM8 6V2M6.3 3.5 8 2l1.7 1.5M8 10v4M6.3 12.5 8 14l1.7-1.5";
    FloatingIp = "M8 14s4.5-4.2 4.5-7.5a4.5 4.5 0 0 0-9 0C3.5 9.8 8 14 8 14ZM8 5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z";
    SecurityGroup = "M8 2 3 4v4c0 3 2 5 5 6 3-1 5-3 5-6V4Z";
    ServerGroup = "M2.5 2.5h5v5h-5ZM8.5 8.5h5v5h-5ZM10.5 2.5h3v3M5.5 13.5h-3v-3";
    Volume = "M3 4.5a5 2 0 1 0 10 0 5 2 0 0 0-10 0ZM3 4.5v7c0 1.1 2.2 2 5 2s5-.9 5-2v-7M3 8c0 1.1 2.2 2 5 2s5-.9 5-2";
    Snapshot = "M2.5 5h2.8l1-1.5h3.4l1 1.5h2.8v8h-11zM8 6.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4Z";
    Host = "M4.5 4.5h7v7h-7zM6.5 2v2.5M9.5 2v2.5M6.5 11.5V14M9.5 11.5V14M2 6.5h2.5M2 9.5h2.5M11.5 6.5H14M11.5 9.5H14";
    Plus = "M8 3v10M3 8h10";
    Start = "M5 3.5v9l7-4.5Z";
    Stop = "M4.5 4.5h7v7h-7z";
    Reboot = "M13 8a5 5 0 1 1-1.5-3.6M13 2.5v2.5h-2.5";
    Pause = "M5.5 3.5v9M10.5 3.5v9";
    Delete = "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.5 8.5h6l.5-8.5M6.7 7v3.5M9.3 7v3.5";
    More = "M3.5 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8ZM8 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8ZM12.5 7.6a.4.4 0 1 0 0 .8.4.4 0 0 0 0-.8Z";
    Copy = "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7";
    Check = "M3 8.5 6.5 12 13 4.5";
    Close = "M4 4l8 8M12 4l-8 8";
    Warning = "M8 2.5 14 13H2ZM8 6.5v3M8 11.3h.01";
    Search = "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3 13.5 13.5";
    Console = "M2.5 3h11v10h-11zM5 6l2 2-2 2M8.5 10.5H11";
    Topology = "M3 2.5h10v3H3zM2 10.5h4v3H2zM10 10.5h4v3h-4zM8 5.5V8M4 10.5V8h8v2.5";
    Reach = "M4 4.5a1.5 1.5 0 1 0 0 .01M12 11.5a1.5 1.5 0 1 0 0 .01M5.5 4.5H9a2 2 0 0 1 2 2V10M9 8l2 2 2-2";
    Question = "M6 6a2 2 0 1 1 2.6 1.9c-.4.2-.6.5-.6 1V9.5M8 11.8h.01M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2Z";
    Clock = "M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3l2 1.5";
    User = "M8 2.5a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM3 13.5c.5-2.7 2.4-4 5-4s4.5 1.3 5 4";
    Chevron = "M4.5 6.5 8 10l3.5-3.5";
    Up = "M4.5 9.5 8 6l3.5 3.5";
    External = "M9 3h4v4M13 3 7.5 8.5M11 9v4H3V5h4";
    Edit = "M3 13l.7-3L10.5 3.2l2.3 2.3L6 12.3Z";
    Download = "M8 2.5v7M5 7l3 3 3-3M3 13h10";
    Upload = "M8 10V3M5 5.5l3-3 3 3M3 13h10";
}

/// A decorative icon; the words beside it (or hidden in the button) say what it means.
#[component]
pub fn Icon(
    picture: Picture,
    /// Pixels.
    #[prop(default = 16)]
    size: u32,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 16 16" width=size height=size aria-hidden="true">
            <path d=picture.path() />
        </svg>
    }
}
