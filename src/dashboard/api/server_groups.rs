//! Server groups.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::server_group::ServerGroup;
#[cfg(feature = "ssr")]
use crate::model::server_group::{NewServerGroup, Policy};
#[cfg(feature = "ssr")]
use crate::model::validate;
use crate::model::{Error, ServerGroupId};

/// The project's groups, oldest first.
#[server(endpoint = "server-groups/list")]
pub async fn server_groups() -> Result<Vec<ServerGroup>, Error> {
    answer(async { services()?.compute.server_groups(&ctx()?, false).await }).await
}

/// Makes a group. How many may share a host counts with anti-affinity alone; empty is one.
#[server(endpoint = "server-groups/create")]
pub async fn create_server_group(
    name: String,
    policy: String,
    #[server(default)] max_per_host: String,
) -> Result<ServerGroup, Error> {
    answer(async {
        let wanted = CreateServerGroup { name, policy, max_per_host }.command()?;
        let group = services()?.compute.create_server_group(&ctx()?, wanted).await?;
        done("/server-groups", "created", &group.name);
        Ok(group)
    })
    .await
}

#[cfg(feature = "ssr")]
impl CreateServerGroup {
    /// The group that is asked for.
    ///
    /// # Errors
    /// On the field at fault.
    pub(in crate::dashboard) fn command(self) -> Result<NewServerGroup, Error> {
        let policy = form::choice("policy", &self.policy, Policy::ALL)?;
        let max_per_host = match policy {
            Policy::AntiAffinity => form::number("max_per_host", &self.max_per_host, 1, i32::MAX.into())?,
            _ => 1,
        };
        let name = validate::name("name", &self.name)?;
        Ok(NewServerGroup { name, policy, max_per_host: u32::try_from(max_per_host).unwrap_or(1) })
    }
}

/// Deletes a group; its instances stay where they are.
#[server(endpoint = "server-groups/delete")]
pub async fn delete_server_group(id: ServerGroupId, #[server(default)] name: String) -> Result<(), Error> {
    answer(async {
        services()?.compute.delete_server_group(&ctx()?, &id).await?;
        done("/server-groups", "deleted", &name);
        Ok(())
    })
    .await
}
