//! How clients other than the page reach the cloud.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
use crate::model::Error;
use crate::model::access::ApiAccess;
#[cfg(feature = "ssr")]
use crate::{control::access::Access, model::Reason, model::access::endpoints};

/// The catalog, and the files with which stock clients reach the project that is worked in.
#[server(endpoint = "access", name = ShowAccess)]
pub async fn api_access() -> Result<ApiAccess, Error> {
    answer(async {
        let info = services()?.identity.validate(&ctx()?.token).await?;
        let (project, project_domain) = info.project.ok_or(Reason::NoProject)?;
        let address = address()?;
        let access = Access {
            address: &address,
            user: &info.user.name,
            user_domain: &info.user_domain.name,
            project: &project.name,
            project_domain: &project_domain.name,
        };
        Ok(ApiAccess {
            auth_url: access.auth_url(),
            openrc: access.openrc(None),
            clouds_yaml: access.clouds_yaml()?,
            endpoints: endpoints(&address, &project.id),
            project: project.name,
        })
    })
    .await
}
