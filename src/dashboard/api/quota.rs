//! What the project may use and does use.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::Error;
use crate::model::quota::Usage;

/// Every resource of the caller's project, with use and limit.
#[server(endpoint = "quota/usage", name = ShowUsage)]
pub async fn usage() -> Result<Vec<Usage>, Error> {
    answer(async { services()?.quota.usage(&ctx()?).await }).await
}
