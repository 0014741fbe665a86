//! Passwords: argon2id, on blocking threads, a few at a time.

use std::sync::Arc;

use argon2::Argon2;
use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use tokio::sync::Semaphore;

use crate::model::{Error, Reason, Result};

const MIN: u32 = 8;
const MAX: u32 = 128;
/// Verified in place of a user who does not exist, so that the answer takes as long. No password fits it.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$YXJjdXMtZHVtbXktc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies; each takes 19 MiB and tens of milliseconds, so only as many run at once as there are cores.
#[derive(Clone)]
pub struct Passwords {
    room: Arc<Semaphore>,
}

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { room: Arc::new(Semaphore::new(cores)) }
    }
}

impl Passwords {
    /// The PHC form of a new password, or another secret.
    ///
    /// # Errors
    /// [`Reason::TooShort`] and [`Reason::TooLong`] on `field`.
    pub async fn hash(&self, field: &str, password: &str) -> Result<String> {
        let length = password.chars().count();
        if length < MIN as usize {
            return Err(Error::on(field, Reason::TooShort { field: field.into(), min: MIN }));
        }
        if length > MAX as usize {
            return Err(Error::on(field, Reason::TooLong { field: field.into(), max: MAX }));
        }
        let password = password.to_owned();
        self.run(move || {
            let salt = SaltString::encode_b64(&rand::random::<[u8; 16]>()).map_err(internal)?;
            Ok(Argon2::default().hash_password(password.as_bytes(), &salt).map_err(internal)?.to_string())
        })
        .await
    }

    /// Whether the password fits the hash; without a hash it never does, after the same time.
    pub async fn verify(&self, hash: Option<&str>, password: &str) -> Result<bool> {
        let hash = hash.unwrap_or(NOBODY).to_owned();
        let password = password.to_owned();
        self.run(move || {
            let hash = PasswordHash::new(&hash).map_err(internal)?;
            Ok(Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
        })
        .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let _room = self.room.acquire().await.map_err(Error::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }
}

fn internal(error: argon2::password_hash::Error) -> Error {
    Error::internal(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_fits_and_nobody_has_one() {
        let passwords = Passwords::default();
        let hash = passwords.hash("password", "correct horse").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "as costly as the one for nobody: {hash}");
        assert!(passwords.verify(Some(&hash), "correct horse").await.unwrap());
        assert!(!passwords.verify(Some(&hash), "correct hors").await.unwrap());
        assert!(!passwords.verify(None, "correct horse").await.unwrap());
    }

    #[tokio::test]
    async fn passwords_have_8_to_128_characters() {
        let passwords = Passwords::default();
        assert!(matches!(
            passwords.hash("password", "1234567").await.unwrap_err().reason,
            Reason::TooShort { min: 8, .. }
        ));
        assert!(passwords.hash("password", &"字".repeat(128)).await.is_ok());
        assert!(matches!(
            passwords.hash("password", &"x".repeat(129)).await.unwrap_err().reason,
            Reason::TooLong { max: 128, .. }
        ));
    }
}
