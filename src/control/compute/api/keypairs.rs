//! Key pairs. The private half of a generated pair is handed over once and never stored.

use md5::{Digest, Md5};
use ssh_key::rand_core::OsRng;
use ssh_key::{Algorithm, LineEnding, PrivateKey, PublicKey};

use super::ComputeApi;
use crate::control::policy::{self, Action};
use crate::control::{Ctx, store};
use crate::model::keypair::{GeneratedKeypair, Keypair};
use crate::model::{Error, Noun, Reason, Result, UserId, validate};

impl ComputeApi {
    /// A context in which key pairs are those of `owner`; another's are an administrator's business.
    ///
    /// # Errors
    /// `Forbidden`.
    pub fn with_keypairs_of(&self, ctx: &Ctx, owner: Option<&UserId>) -> Result<Ctx> {
        let mut theirs = ctx.clone();
        if let Some(owner) = owner {
            policy::own(ctx, owner, "use another's key pairs")?;
            theirs.user_id = owner.clone();
        }
        Ok(theirs)
    }

    /// The caller's own key pairs, by name.
    pub async fn keypairs(&self, ctx: &Ctx) -> Result<Vec<Keypair>> {
        store::keypairs::list(self.shared.db.read(), &ctx.user_id).await
    }

    /// One of the caller's key pairs.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn keypair(&self, ctx: &Ctx, name: &str) -> Result<Keypair> {
        let found = store::keypairs::find(self.shared.db.read(), &ctx.user_id, name).await?;
        found.ok_or_else(|| Error::not_found(Noun::Keypair, name))
    }

    /// Keeps a public key, one line in OpenSSH's format.
    ///
    /// # Errors
    /// `BadPublicKey`, `Duplicate`, `QuotaExceeded`, or a bad name.
    pub async fn import_keypair(&self, ctx: &Ctx, name: &str, public_key: &str) -> Result<Keypair> {
        policy::check(ctx, Action::Write, "import a key pair")?;
        let name = validate::keypair_name("name", name)?;
        let key = read_public_key(public_key)?;
        self.keep(ctx, name, &key).await
    }

    /// A public key in one line, as it would be kept.
    ///
    /// # Errors
    /// `BadPublicKey`, or that there is none.
    pub fn public_key(text: &str) -> Result<String> {
        read_public_key(text)?.to_openssh().map_err(Error::internal)
    }

    /// Makes an ed25519 pair and forgets the private half after handing it over.
    ///
    /// # Errors
    /// `Duplicate`, `QuotaExceeded`, or a bad name.
    pub async fn generate_keypair(&self, ctx: &Ctx, name: &str) -> Result<GeneratedKeypair> {
        policy::check(ctx, Action::Write, "create a key pair")?;
        let name = validate::keypair_name("name", name)?;
        let mut private = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).map_err(Error::internal)?;
        private.set_comment(name.as_str());
        let keypair = self.keep(ctx, name, private.public_key()).await?;
        let private_key = private.to_openssh(LineEnding::LF).map_err(Error::internal)?.to_string();
        Ok(GeneratedKeypair { keypair, private_key })
    }

    /// Deletes one of the caller's key pairs; instances keep the key that they were given.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn delete_keypair(&self, ctx: &Ctx, name: &str) -> Result<()> {
        policy::check(ctx, Action::Write, "delete a key pair")?;
        let mut tx = self.shared.db.write().await?;
        if !store::keypairs::delete(&mut tx, &ctx.user_id, name).await? {
            return Err(Error::not_found(Noun::Keypair, name));
        }
        tx.commit().await?;
        self.shared.tell(ctx, Noun::Keypair, name);
        Ok(())
    }

    async fn keep(&self, ctx: &Ctx, name: String, key: &PublicKey) -> Result<Keypair> {
        let mut keypair = Keypair {
            user_id: ctx.user_id.clone(),
            name,
            kind: "ssh".to_owned(),
            public_key: key.to_openssh().map_err(Error::internal)?,
            fingerprint: fingerprint(key)?,
            created_at: self.shared.now(),
            number: 0,
        };
        let mut tx = self.shared.db.write().await?;
        store::quotas::key_pairs(&mut *tx, &ctx.user_id).await?.check(1)?;
        store::keypairs::insert(&mut tx, &mut keypair).await?;
        tx.commit().await?;
        self.shared.tell(ctx, Noun::Keypair, &keypair.name);
        Ok(keypair)
    }
}

/// Reads a key as people paste it: with or without a comment, and broken into lines by a terminal, within a word or
/// between two.
fn read_public_key(text: &str) -> Result<PublicKey> {
    let lines: Vec<&str> = text.trim().lines().map(str::trim).collect();
    let line = lines.concat();
    let bad = |why: String| Error::on("public_key", Reason::BadPublicKey { why });
    if line.is_empty() {
        return Err(Error::on("public_key", Reason::Required { field: "public_key".to_owned() }));
    }
    if line.contains("PRIVATE KEY") {
        return Err(bad("it is a private key, which never needs to leave your machine".to_owned()));
    }
    let within_a_word = PublicKey::from_openssh(&line);
    within_a_word.or_else(|_| PublicKey::from_openssh(&lines.join(" "))).map_err(|error| bad(error.to_string()))
}

/// MD5 of the key blob in colon form, as Nova shows it (`nova/crypto.py`, `generate_fingerprint`).
fn fingerprint(key: &PublicKey) -> Result<String> {
    let digest = Md5::digest(key.to_bytes().map_err(Error::internal)?);
    Ok(digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJdD7y3aLq454yWBdwLWbieU1ebz9/cu7/QEXn9OIeZJ me@here";

    const RSA: &str = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDM6DRS0ppN8EBcnYDAv9bg2KeljHBaMTg06eTRZ+g/gmS+gO+IqmKie\
        WpBa82JynLKYgcPTTNuYKwU2BDFck0Je0IeG0EGTeZ8WXRAm3BDIp1cDemB3yzTfXVtDDYNCP4mzbhLvyPvMoiiJQkdk0Re8twSmgSRDdr4WG\
        +68m7eNILpTSDEMjv228sHKGZ/hZoyTq+DkjjkBTaEXNi15iwl0vSV7Wg2EI3BXQcGwdg6SJssxBISbSlechn/Y9MXCEovzlk70ifHh7YMLHkF\
        R1wcX7BwKPZ+T6G03ZMSooo4g2oHtlrp8wJCvrGHEi9ocZJEuyFCLJ75SAKJauXUzaOV";
    const ECDSA: &str = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBFhm+R8A3TQSINNmC/lmi\
        UkwaqeEa/EHpk1lvbuPrqohobx1N/7DsWgd43jxTlOliQjuYi0hWudAYdFwb4chaeA= ann@laptop of hers";

    #[test]
    fn a_key_is_read_as_pasted() {
        let wrapped = format!("{}\n{}", &ED25519[..40], &ED25519[40..]);
        let between_words = ED25519.replace(' ', "\r\n");
        for text in [ED25519, &format!("\n  {ED25519}\r\n"), &ED25519.replace(" me@here", ""), &wrapped, &between_words]
        {
            let key = read_public_key(text).expect(text);
            assert_eq!(key.to_bytes(), read_public_key(ED25519).expect("a good key").to_bytes(), "{text}");
        }
    }

    #[test]
    fn fingerprints_are_those_of_ssh_keygen() {
        for (text, expected) in [
            (RSA, "52:c5:56:0e:ef:1f:18:69:2d:90:10:23:6d:39:4d:5e"),
            (ECDSA, "2e:5b:5f:36:b1:94:3b:ad:48:f7:81:53:9a:65:c3:b8"),
        ] {
            let key = read_public_key(text).expect("a good key");
            assert_eq!(fingerprint(&key).expect("a fingerprint"), expected);
        }
    }

    #[test]
    fn a_generated_pair_fits_together() {
        let private = PrivateKey::random(&mut OsRng, Algorithm::Ed25519).expect("a key");
        let text = private.to_openssh(LineEnding::LF).expect("PEM");
        let again = PrivateKey::from_openssh(&*text).expect("readable");
        assert_eq!(again.public_key().key_data(), private.public_key().key_data());
    }

    #[test]
    fn what_is_no_public_key_is_refused_with_the_field() {
        for text in ["", "hello", "ssh-ed25519 AAAA", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"] {
            let refusal = read_public_key(text).expect_err(text);
            assert_eq!(refusal.field.as_deref(), Some("public_key"));
        }
    }
}
