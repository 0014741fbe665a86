//! Users.

use super::checks::{domain_exists, found, permitted, project_exists};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy::{self, Action, Grant};
use crate::control::store::users::{self, Account};
use crate::model::identity::{Extra, NewUser, User, UserPatch};
use crate::model::{DomainId, Error, Noun, ProjectId, Reason, Result, UserId, validate};

impl Identity {
    pub async fn users(&self, ctx: &Ctx) -> Result<Vec<User>> {
        policy::check(ctx, Action::Administer, "list users")?;
        users::all(self.shared.db.read()).await
    }

    /// Administrators may look at anybody, people at themselves.
    pub async fn user(&self, ctx: &Ctx, id: &UserId) -> Result<User> {
        permitted(ctx.is_admin() || &ctx.user_id == id, "look at another user")?;
        let account = users::by_id(self.shared.db.read(), id).await?;
        Ok(account.ok_or_else(|| Error::not_found(Noun::User, id.as_str()))?.user)
    }

    /// Passwords are 8 to 128 characters.
    pub async fn create_user(
        &self,
        ctx: &Ctx,
        domain: &DomainId,
        name: &str,
        password: &str,
        default_project: Option<&ProjectId>,
    ) -> Result<User> {
        let new = NewUser {
            domain_id: domain.clone(),
            name: name.to_owned(),
            password: Some(password.to_owned()),
            enabled: true,
            default_project_id: default_project.cloned(),
            extra: Extra::new(),
        };
        self.add_user(ctx, new).await
    }

    /// As [`Self::create_user`], with everything that can be said of one.
    pub async fn add_user(&self, ctx: &Ctx, new: NewUser) -> Result<User> {
        let grant = policy::check(ctx, Action::Administer, "create a user")?;
        let user = User {
            id: new_id().into(),
            domain_id: new.domain_id,
            name: validate::name("name", &new.name)?,
            enabled: new.enabled,
            default_project_id: new.default_project_id,
            extra: new.extra,
        };
        let password_hash = match new.password {
            Some(password) => self.passwords.hash("password", &password).await?,
            None => String::new(),
        };
        let account = Account { user, password_hash, tokens_valid_from: self.shared.now() };
        let mut tx = self.shared.db.write().await?;
        domain_exists(&mut tx, &account.user.domain_id).await?;
        if let Some(project) = &account.user.default_project_id {
            project_exists(&mut tx, project).await?;
        }
        users::insert(&mut tx, grant, &account).await?;
        tx.commit().await?;
        Ok(account.user)
    }

    /// With a new password, or disabled, every earlier token of the user is worthless at once, even if the user is
    /// enabled again.
    pub async fn update_user(&self, ctx: &Ctx, id: &UserId, patch: UserPatch) -> Result<User> {
        let grant = policy::check(ctx, Action::Administer, "change a user")?;
        self.write_user(grant, id, patch).await
    }

    /// People may set their own password, administrators any.
    pub async fn set_password(&self, ctx: &Ctx, user: &UserId, password: &str) -> Result<()> {
        let grant = policy::own(ctx, user, "change another user's password")?;
        self.write_user(grant, user, UserPatch { password: Some(password.to_owned()), ..UserPatch::default() }).await?;
        Ok(())
    }

    /// As [`Self::set_password`], of one's own and only with the password so far; wrong ones are throttled as they
    /// are at sign-in.
    ///
    /// # Errors
    /// `BadCredentials`, `TooManyAttempts`.
    pub async fn change_password(&self, ctx: &Ctx, user: &UserId, original: &str, password: &str) -> Result<()> {
        permitted(&ctx.user_id == user, "change another user's password")?;
        let account = users::by_id(self.shared.db.read(), user).await?;
        let attempt = self.throttle.begin(&("", user.as_str()), None, self.shared.now())?;
        if !self.passwords.verify(account.as_ref().and_then(Account::hash), original).await? {
            return Err(Reason::BadCredentials.into());
        }
        self.throttle.succeeded(&attempt);
        self.set_password(ctx, user, password).await
    }

    pub async fn set_user_enabled(&self, ctx: &Ctx, user: &UserId, enabled: bool) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "enable or disable a user")?;
        self.write_user(grant, user, UserPatch { enabled: Some(enabled), ..UserPatch::default() }).await?;
        Ok(())
    }

    /// Role assignments and key pairs go with the user; instances stay with their project.
    pub async fn delete_user(&self, ctx: &Ctx, user: &UserId) -> Result<()> {
        let grant = policy::check(ctx, Action::Administer, "delete a user")?;
        let mut tx = self.shared.db.write().await?;
        found(users::delete(&mut tx, grant, user).await?, Noun::User, user.as_str())?;
        Ok(tx.commit().await?)
    }

    async fn write_user(&self, grant: Grant, id: &UserId, patch: UserPatch) -> Result<User> {
        // Hashing takes long; nobody waits for the database meanwhile.
        let hash = match &patch.password {
            Some(password) => Some(self.passwords.hash("password", password).await?),
            None => None,
        };
        let mut tx = self.shared.db.write().await?;
        let mut account = users::by_id(&mut *tx, id).await?.ok_or_else(|| Error::not_found(Noun::User, id.as_str()))?;
        if hash.is_some() || patch.enabled == Some(false) {
            account.tokens_valid_from = self.shared.now();
        }
        account.password_hash = hash.unwrap_or(account.password_hash);
        if let Some(name) = patch.name {
            account.user.name = validate::name("name", &name)?;
        }
        if let Some(project) = patch.default_project_id {
            if let Some(project) = &project {
                project_exists(&mut tx, project).await?;
            }
            account.user.default_project_id = project;
        }
        account.user.enabled = patch.enabled.unwrap_or(account.user.enabled);
        account.user.extra.extend(patch.extra);
        users::update(&mut tx, grant, &account).await?;
        tx.commit().await?;
        Ok(account.user)
    }
}
