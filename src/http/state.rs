//! What handlers share.

use std::sync::Arc;

use axum::extract::FromRef;
use leptos::config::LeptosOptions;

use super::Settings;
use crate::control::Services;

/// The state of every route.
#[derive(Clone)]
pub struct AppState {
    pub services: Services,
    pub settings: Arc<Settings>,
    leptos: LeptosOptions,
}

impl AppState {
    pub fn new(services: Services, settings: Settings) -> Self {
        let leptos = LeptosOptions::builder()
            .output_name("arcus")
            .site_root(settings.assets.display().to_string())
            .site_pkg_dir("pkg")
            .build();
        Self { services, settings: Arc::new(settings), leptos }
    }
}

impl FromRef<AppState> for Services {
    fn from_ref(state: &AppState) -> Self {
        state.services.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}
