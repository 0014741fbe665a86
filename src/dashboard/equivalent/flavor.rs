//! Flavors.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::{Call, segment};
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::flavors::{CreateFlavor, DeleteFlavor};
use crate::model::{Result, validate};

impl Form for CreateFlavor {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let flavor = self.command()?;
        let name = validate::name("name", &flavor.name)?;
        let body = Body::of([
            ("name", json!(name)),
            ("vcpus", json!(flavor.vcpus)),
            ("ram", json!(flavor.ram_mb)),
            ("disk", json!(flavor.disk_gb)),
            ("os-flavor-access:is_public", json!(flavor.is_public)),
        ]);
        let call = Call::compute("POST", "flavors").json(body.maybe("id", flavor.id.as_deref()).named("flavor"));
        let command = Cli::new("flavor create")
            .maybe("--id", flavor.id.as_ref())
            .option("--vcpus", flavor.vcpus.to_string())
            .option("--ram", flavor.ram_mb.to_string())
            .option("--disk", flavor.disk_gb.to_string())
            .flag_if(!flavor.is_public, "--private")
            .arg(&name);
        let block = Block::resource("openstack_compute_flavor_v2", &name, "flavor")
            .set("name", &name)
            .maybe("flavor_id", flavor.id.as_ref())
            .set("vcpus", flavor.vcpus)
            .set("ram", flavor.ram_mb)
            .set("disk", flavor.disk_gb)
            .set("is_public", flavor.is_public);
        Ok(Wish::new(command, call, made(&[block])))
    }
}

impl Form for DeleteFlavor {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::compute("DELETE", format!("flavors/{}", segment(self.id.as_str())));
        Ok(Wish::new(Cli::new("flavor delete").arg(&self.id), call, deleted()))
    }
}
