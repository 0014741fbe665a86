//! Key pairs. Arcus keeps public halves only.

use leptos::prelude::*;
use leptos::server_fn::Http;
use leptos::server_fn::codec::PostUrl;
use serde::{Deserialize, Serialize};

use super::once::{Once, OnceFile, told_once};
#[cfg(feature = "ssr")]
use super::*;
use crate::model::Error;
use crate::model::keypair::Keypair;

/// The caller's own key pairs, by name.
#[server(endpoint = "keypairs/list")]
pub async fn keypairs() -> Result<Vec<Keypair>, Error> {
    answer(async { services()?.compute.keypairs(&ctx()?).await }).await
}

/// Keeps a public key under a name.
#[server(endpoint = "keypairs/import")]
pub async fn import_keypair(name: String, public_key: String) -> Result<Keypair, Error> {
    answer(async {
        let keypair = services()?.compute.import_keypair(&ctx()?, &name, &public_key).await?;
        done("/keypairs", "created", &keypair.name);
        Ok(keypair)
    })
    .await
}

/// Makes a key pair and answers with the private half, which nobody can ask for again. A plain form's browser gets
/// it as a file to save, and stays on its page with all that was typed there.
#[server(endpoint = "keypairs/generate", protocol = Http<PostUrl, OnceFile>)]
pub async fn generate_keypair(new_key_name: String) -> Result<PrivateKey, Error> {
    answer(async {
        let made = services()?.compute.generate_keypair(&ctx()?, &new_key_name).await;
        let made = made.map_err(|mut error| {
            error.field = error.field.map(|_| "new_key_name".to_owned());
            error
        })?;
        if plain_form() {
            download(&format!("{}.pem", made.keypair.name));
        }
        Ok(PrivateKey { name: made.keypair.name, private_key: made.private_key })
    })
    .await
}

/// Forgets a key pair; instances that have it keep it.
#[server(endpoint = "keypairs/delete")]
pub async fn delete_keypair(name: String) -> Result<(), Error> {
    answer(async {
        services()?.compute.delete_keypair(&ctx()?, &name).await?;
        done("/keypairs", "deleted", &name);
        Ok(())
    })
    .await
}

/// A new key pair's name and private half in OpenSSH's format.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivateKey {
    pub name: String,
    pub private_key: String,
}

impl std::fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PrivateKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Once for PrivateKey {
    #[cfg(feature = "ssr")]
    fn file(self) -> (&'static str, String) {
        ("application/x-pem-file", self.private_key)
    }
}
told_once!(PrivateKey);
