//! Server groups.

use serde_json::json;

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::server_groups::{CreateServerGroup, DeleteServerGroup};
use crate::model::Result;

/// Since then a group has one policy, with rules.
const RULES: &str = "2.64";

impl Form for CreateServerGroup {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let group = self.command()?;
        let (policy, most) = (group.policy.as_str(), (group.max_per_host > 1).then_some(group.max_per_host));
        let command = Cli::compute(RULES, "server group create")
            .option("--policy", policy)
            .maybe("--rule", most.map(|most| format!("max_server_per_host={most}")))
            .arg(&group.name);
        let body = Body::of([("name", json!(group.name)), ("policy", json!(policy))])
            .maybe("rules", most.map(|most| json!({ "max_server_per_host": most })));
        let call = Call::compute("POST", "os-server-groups").microversion(RULES).json(body.named("server_group"));
        let rules = most.map(|most| Block::within("rules").set("max_server_per_host", i64::from(most)));
        let block = Block::resource("openstack_compute_servergroup_v2", &group.name, "group")
            .set("name", &group.name)
            .set("policies", vec![policy.to_owned()])
            .holds_all(rules);
        Ok(Wish::new(command, call, made(&[block])))
    }
}

impl Form for DeleteServerGroup {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::compute("DELETE", format!("os-server-groups/{}", self.id));
        Ok(Wish::new(Cli::new("server group delete").arg(&self.id), call, deleted()))
    }
}
