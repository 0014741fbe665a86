//! Who is signed in, and in which project.

use leptos::prelude::*;

#[cfg(feature = "ssr")]
use super::*;
#[cfg(feature = "ssr")]
use crate::control::identity::{Named, Scope};
#[cfg(feature = "ssr")]
use crate::model::Reason;
use crate::model::identity::Me;
use crate::model::{Error, ProjectId};

/// Signs in, and goes on to `next` if that is a page of ours, else to the overview. A session that existed before
/// gets a new id, so that nobody can prepare one for somebody else.
#[server(endpoint = "session/login")]
pub async fn login(
    domain: String,
    user: String,
    password: String,
    #[server(default)] next: String,
) -> Result<(), Error> {
    answer(async {
        let from = remote_address();
        let (identity, asker) = (services()?.identity, asker().unwrap_or_default());
        let named = Named::Name { name: user.trim().to_owned(), domain: domain.trim().to_owned() };
        let issued = identity.login_noted(named, &password, Scope::Default, from, &asker).await?;
        let session = session()?;
        session.cycle_id().await.map_err(Error::internal)?;
        remember_token(&session, &issued.token).await?;
        redirect(local_path(&next));
        Ok(())
    })
    .await
}

/// Signs out: the token is worthless from now on, and the session is gone.
#[server(endpoint = "session/logout")]
pub async fn logout() -> Result<(), Error> {
    answer(async {
        let session = session()?;
        if let Ok(ctx) = ctx() {
            services()?.identity.revoke(&ctx.token).await?;
        }
        session.flush().await.map_err(Error::internal)?;
        redirect("/login");
        Ok(())
    })
    .await
}

/// Works on in another project in which the user has a role, on `next` if that is a page of ours.
#[server(endpoint = "session/project")]
pub async fn switch_project(project: ProjectId, #[server(default)] next: String) -> Result<(), Error> {
    answer(async {
        let session = session()?;
        let issued = services()?.identity.rescope(&ctx()?.token, Scope::Project(project)).await?;
        remember_token(&session, &issued.token).await?;
        redirect(local_path(&next));
        Ok(())
    })
    .await
}

/// Who is signed in, with the projects to choose from.
#[server(endpoint = "session/me", name = WhoAmI)]
pub async fn me() -> Result<Me, Error> {
    answer(async {
        let (ctx, identity) = (ctx()?, services()?.identity);
        let info = identity.validate(&ctx.token).await?;
        let (project, _) = info.project.ok_or(Reason::NoProject)?;
        let projects = identity.projects_of(&ctx.user_id).await?;
        let is_admin = ctx.is_admin();
        Ok(Me {
            user_name: info.user.name,
            domain_name: info.user_domain.name,
            project,
            projects,
            is_admin,
            can_write: is_admin || ctx.has_role("member"),
            roles: ctx.roles,
            expires_at: info.expires_at,
        })
    })
    .await
}

/// A path on this site as it was given, else the overview: a link that somebody made must not lead elsewhere.
#[cfg(any(feature = "ssr", test))]
pub(super) fn local_path(next: &str) -> &str {
    let local = next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\n', '\r', '\t']);
    if local { next } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_site_are_gone_on_to() {
        assert_eq!(local_path("/instances?status=ACTIVE"), "/instances?status=ACTIVE");
        for elsewhere in ["", "instances", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil"] {
            assert_eq!(local_path(elsewhere), "/", "{elsewhere}");
        }
    }
}
