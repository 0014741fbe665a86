//! Application credentials: what a program signs in with in its user's name.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::checks::{found, permitted};
use super::{Identity, new_id};
use crate::control::Ctx;
use crate::control::policy;
use crate::control::store::application_credentials::{self as store, Record};
use crate::control::store::{Tx, roles};
use crate::model::identity::{ApplicationCredential, NewApplicationCredential, Role};
use crate::model::{ApplicationCredentialId, Error, Noun, Reason, Result, UserId, validate};

impl Identity {
    /// People may see their own, administrators anybody's.
    pub async fn application_credentials(&self, ctx: &Ctx, user: &UserId) -> Result<Vec<ApplicationCredential>> {
        permitted(ctx.is_admin() || &ctx.user_id == user, "list another user's application credentials")?;
        let mut tx = self.shared.db.snapshot().await?;
        let known = roles::all(&mut *tx).await?;
        Ok(store::of_user(&mut *tx, user).await?.into_iter().map(|record| credential(record, &known)).collect())
    }

    pub async fn application_credential(
        &self,
        ctx: &Ctx,
        user: &UserId,
        id: &ApplicationCredentialId,
    ) -> Result<ApplicationCredential> {
        let all = self.application_credentials(ctx, user).await?;
        let found = all.into_iter().find(|credential| &credential.id == id);
        found.ok_or_else(|| Error::not_found(Noun::ApplicationCredential, id.as_str()))
    }

    /// Makes one for oneself, for the project of the token at hand, and tells its secret: now and never again.
    pub async fn create_application_credential(
        &self,
        ctx: &Ctx,
        user: &UserId,
        new: NewApplicationCredential,
    ) -> Result<(ApplicationCredential, String)> {
        permitted(&ctx.user_id == user, "create another user's application credential")?;
        permitted(!ctx.restricted, "create an application credential with a restricted one")?;
        let grant = policy::own(ctx, user, "create an application credential")?;
        if ctx.project_id.as_str().is_empty() {
            return Err(Reason::NoProject.into());
        }
        if new.expires_at.is_some_and(|at| at <= self.shared.now()) {
            let why = "expires_at has passed already".into();
            return Err(Reason::Malformed { why }.into());
        }
        let name = validate::name("name", &new.name)?;
        let secret = new.secret.unwrap_or_else(|| URL_SAFE_NO_PAD.encode(rand::random::<[u8; 64]>()));
        let secret_hash = self.passwords.hash("secret", &secret).await?;
        let mut tx = self.shared.db.write().await?;
        let held = roles::held(&mut *tx, &ctx.user_id, &ctx.project_id).await?;
        let held: Vec<Role> = held.into_iter().filter(|role| ctx.has_role(&role.name)).collect();
        let record = Record {
            id: new_id().into(),
            user_id: user.clone(),
            project_id: ctx.project_id.clone(),
            name,
            description: new.description,
            secret_hash,
            roles: part_of(&held, new.roles)?.into_iter().map(|role| role.id).collect(),
            unrestricted: new.unrestricted,
            expires_at: new.expires_at,
            created_at: self.shared.now(),
        };
        store::insert(&mut tx, grant, &record).await?;
        tx.commit().await?;
        Ok((credential(record, &held), secret))
    }

    /// Its tokens are worthless at once.
    pub async fn delete_application_credential(
        &self,
        ctx: &Ctx,
        user: &UserId,
        id: &ApplicationCredentialId,
    ) -> Result<()> {
        let grant = policy::own(ctx, user, "delete another user's application credential")?;
        permitted(!ctx.restricted, "delete an application credential with a restricted one")?;
        let mut tx = self.shared.db.write().await?;
        let owned = store::by_id(&mut *tx, id).await?.is_some_and(|record| &record.user_id == user);
        found(owned, Noun::ApplicationCredential, id.as_str())?;
        store::delete(&mut tx, grant, id).await?;
        Ok(tx.commit().await?)
    }

    /// The credential by id, with the names of its roles; none when it is gone or expired.
    pub(super) async fn good_credential(
        &self,
        tx: &mut Tx,
        id: &ApplicationCredentialId,
    ) -> Result<Option<ApplicationCredential>> {
        let record = store::by_id(&mut **tx, id).await?;
        let record = record.filter(|record| record.expires_at.is_none_or(|at| at > self.shared.now()));
        let known = roles::all(&mut **tx).await?;
        Ok(record.map(|record| credential(record, &known)))
    }
}

fn credential(record: Record, known: &[Role]) -> ApplicationCredential {
    ApplicationCredential {
        id: record.id,
        user_id: record.user_id,
        project_id: record.project_id,
        name: record.name,
        description: record.description,
        roles: known.iter().filter(|role| record.roles.contains(&role.id)).cloned().collect(),
        unrestricted: record.unrestricted,
        expires_at: record.expires_at,
    }
}

/// The roles wanted, by id or name, each of which must be held.
fn part_of(held: &[Role], wanted: Option<Vec<String>>) -> Result<Vec<Role>> {
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return Ok(held.to_vec()) };
    let find = |wanted: String| {
        let found = held.iter().find(|role| role.id.as_str() == wanted || role.name == wanted).cloned();
        found.ok_or_else(|| Error::not_found(Noun::Role, wanted))
    };
    wanted.into_iter().map(find).collect()
}
