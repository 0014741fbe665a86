//! Key pairs.

use serde_json::json;

use super::Form;
use super::call::{Call, segment};
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, deleted, made};
use crate::control::Ctx;
use crate::control::compute::ComputeApi;
use crate::dashboard::api::keypairs::{DeleteKeypair, GenerateKeypair, ImportKeypair};
use crate::model::{Result, validate};

impl Form for ImportKeypair {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let name = validate::keypair_name("name", &self.name)?;
        let Import { command, call, block } = import(&name, &self.public_key)?;
        Ok(Wish::new(command, call, made(&[block])))
    }
}

/// Keeps a public key, in every client's words.
pub struct Import {
    pub command: Cli,
    pub call: Call,
    pub block: Block,
}

/// Keeps a public key under that name.
///
/// # Errors
/// On what is no public key: it may be a private one, and must not be repeated.
pub fn import(name: &str, public_key: &str) -> Result<Import> {
    let public_key = ComputeApi::public_key(public_key)?;
    let body = json!({ "keypair": { "name": name, "public_key": public_key } });
    Ok(Import {
        command: Cli::new("keypair create").option("--public-key", "/dev/stdin").arg(name).input(&public_key),
        call: Call::compute("POST", "os-keypairs").json(body),
        block: Block::resource("openstack_compute_keypair_v2", name, "key")
            .set("name", name)
            .set("public_key", public_key),
    })
}

impl Form for GenerateKeypair {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let name = validate::keypair_name("new_key_name", &self.new_key_name)?;
        let command = Cli::new("keypair create").option("--private-key", format!("{name}.pem")).arg(&name);
        let call = Call::compute("POST", "os-keypairs").json(json!({ "keypair": { "name": name } }));
        let block = Block::resource("openstack_compute_keypair_v2", &name, "key").set("name", &name);
        Ok(Wish::new(command, call, made(&[block])))
    }
}

impl Form for DeleteKeypair {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::compute("DELETE", format!("os-keypairs/{}", segment(&self.name)));
        Ok(Wish::new(Cli::new("keypair delete").arg(&self.name), call, deleted()))
    }
}
