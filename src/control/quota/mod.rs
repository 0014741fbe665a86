//! Limits per project, and what is used of them.

use std::sync::Arc;

use super::Ctx;
use super::shared::Shared;
use crate::model::quota::{Resource, Usage};
use crate::model::{ProjectId, Result};

/// The quota service.
#[derive(Clone)]
pub struct QuotaService {
    shared: Arc<Shared>,
}

#[allow(unused_variables)]
impl QuotaService {
    pub(in crate::control) fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Every resource with use and limit, of the caller's project.
    pub async fn usage(&self, ctx: &Ctx) -> Result<Vec<Usage>> {
        todo!()
    }
    /// Sets a project's limit; -1 for none. Administrators only.
    pub async fn set(&self, ctx: &Ctx, project: &ProjectId, resource: Resource, limit: i64) -> Result<()> {
        todo!()
    }
}
