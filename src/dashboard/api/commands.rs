//! What a form does, as clients of the OpenStack APIs would say it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
use super::*;
#[cfg(feature = "ssr")]
use crate::dashboard::{equivalent as said, server::preferences};
use crate::model::Error;

/// A form's request in the words of three clients; secrets are left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Equivalent {
    /// Lines for a shell that has OpenStack's own client.
    pub command: String,
    /// Lines for a shell that has curl, with the token in `OS_TOKEN`.
    pub curl: String,
    pub terraform: Terraform,
}

/// What Terraform's OpenStack provider has for a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Terraform {
    /// Blocks of a configuration.
    Blocks(String),
    /// Why there are none.
    Sentence(String),
}

/// Says what the form that goes to `action` would do with these `fields`, form-encoded. Nothing is done.
///
/// # Errors
/// Those with which the form itself would be refused before it reaches a service.
#[server(endpoint = "as-a-command", name = AskEquivalent)]
pub async fn equivalent(action: String, fields: String) -> Result<Equivalent, Error> {
    answer(async {
        // Sentences are written here, so the page's language must be known here.
        provide_context(preferences().0);
        Ok(said::wish(&ctx()?, &action, &fields).await?.said(&address()?))
    })
    .await
}
