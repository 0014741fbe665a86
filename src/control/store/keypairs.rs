//! Key pairs, by user.

use super::Tx;
use super::db::{self, Executor, or_taken};
use crate::model::keypair::Keypair;
use crate::model::{Noun, Reason, Result, UserId};

/// The user's key pairs, by name.
pub async fn list(on: impl Executor<'_>, user: &UserId) -> Result<Vec<Keypair>> {
    const SQL: &str = "SELECT user_id, name, kind, public_key, fingerprint, created_at, number FROM keypairs \
                       WHERE user_id = $1 ORDER BY name";
    Ok(db::query_as(SQL).bind(user).fetch_all(on).await?)
}

/// The user's key pair of that name.
pub async fn find(on: impl Executor<'_>, user: &UserId, name: &str) -> Result<Option<Keypair>> {
    const SQL: &str = "SELECT user_id, name, kind, public_key, fingerprint, created_at, number FROM keypairs \
                       WHERE user_id = $1 AND name = $2";
    Ok(db::query_as(SQL).bind(user).bind(name).fetch_optional(on).await?)
}

/// Writes a new key pair and numbers it; refused when the user has one of that name.
pub async fn insert(tx: &mut Tx, keypair: &mut Keypair) -> Result<()> {
    const SQL: &str = "INSERT INTO keypairs (user_id, name, kind, public_key, fingerprint, created_at, number) \
                       VALUES ($1, $2, $3, $4, $5, $6, (SELECT coalesce(max(number), 0) + 1 FROM keypairs)) \
                       RETURNING number";
    let insert = db::query_scalar(SQL)
        .bind(&keypair.user_id)
        .bind(&keypair.name)
        .bind(&keypair.kind)
        .bind(&keypair.public_key)
        .bind(&keypair.fingerprint)
        .bind(keypair.created_at);
    match insert.fetch_one(&mut **tx).await {
        Ok(number) => {
            keypair.number = number;
            Ok(())
        }
        Err(error) => Err(or_taken(error, || Reason::Duplicate { noun: Noun::Keypair, name: keypair.name.clone() })),
    }
}

/// Deletes a key pair; tells whether there was one.
pub async fn delete(tx: &mut Tx, user: &UserId, name: &str) -> Result<bool> {
    let delete = db::query("DELETE FROM keypairs WHERE user_id = $1 AND name = $2").bind(user).bind(name);
    Ok(delete.execute(&mut **tx).await?.rows_affected() > 0)
}
