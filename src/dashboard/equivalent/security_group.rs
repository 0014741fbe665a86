//! Security groups and their rules.

use serde_json::{Value, json};

use super::Form;
use super::body::Body;
use super::call::Call;
use super::cli::Cli;
use super::hcl::Block;
use super::wish::{Wish, changed, deleted, made};
use crate::control::Ctx;
use crate::dashboard::api::security_groups::{
    CreateRule, CreateSecurityGroup, DeleteRule, DeleteSecurityGroup, UpdateSecurityGroup,
};
use crate::model::security_group::{Direction, NewRule};
use crate::model::{Result, validate};

const GROUP: &str = "openstack_networking_secgroup_v2";

impl Form for CreateSecurityGroup {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (name, description) = (validate::name("name", &self.name)?, &self.description);
        let given = Some(description).filter(|text| !text.is_empty());
        let command = Cli::new("security group create").maybe("--description", given).arg(&name);
        let block = Block::resource(GROUP, &name, "group").set("name", &name).filled("description", description);
        let body = json!({ "security_group": { "name": name, "description": description } });
        Ok(Wish::new(command, Call::network("POST", "security-groups").json(body), made(&[block])))
    }
}

impl Form for UpdateSecurityGroup {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let (id, name, description) = (self.id, validate::name("name", &self.name)?, self.description);
        let command =
            Cli::new("security group set").option("--name", &name).option("--description", &description).arg(&id);
        let block = Block::resource(GROUP, &name, "group").set("name", &name).set("description", &description);
        let body = json!({ "security_group": { "name": name, "description": description } });
        let call = Call::network("PUT", format!("security-groups/{id}")).json(body);
        Ok(Wish::new(command, call, changed(id.as_str(), &block)))
    }
}

impl Form for DeleteSecurityGroup {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("security-groups/{}", self.id));
        Ok(Wish::new(Cli::new("security group delete").arg(&self.id), call, deleted()))
    }
}

impl Form for CreateRule {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let rule = self.form.request(&self.group)?;
        let call = Call::network("POST", "security-group-rules").json(body(&rule));
        Ok(Wish::new(command(&rule), call, made(&[block(&rule)])))
    }
}

fn command(rule: &NewRule) -> Cli {
    let cli = Cli::new("security group rule create")
        .either(Some(rule.direction == Direction::Ingress), "--ingress", "--egress")
        .option("--ethertype", rule.ethertype.as_str())
        .maybe("--protocol", rule.protocol.as_ref());
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let cli = if rule.protocol.as_deref().is_some_and(|protocol| protocol.contains("icmp")) {
        cli.maybe("--icmp-type", number(rule.port_min)).maybe("--icmp-code", number(rule.port_max))
    } else {
        let ports = rule.port_min.zip(rule.port_max).map(|(first, last)| format!("{first}:{last}"));
        cli.maybe("--dst-port", ports)
    };
    cli.maybe("--remote-ip", rule.remote_ip_prefix.as_ref())
        .maybe("--remote-group", rule.remote_group_id.as_ref())
        .maybe("--description", Some(&rule.description).filter(|text| !text.is_empty()))
        .arg(&rule.security_group_id)
}

fn body(rule: &NewRule) -> Value {
    let body = Body::of([
        ("security_group_id", json!(rule.security_group_id)),
        ("direction", json!(rule.direction)),
        ("ethertype", json!(rule.ethertype)),
    ]);
    let body = body
        .maybe("protocol", rule.protocol.as_deref())
        .maybe("port_range_min", rule.port_min)
        .maybe("port_range_max", rule.port_max)
        .maybe("remote_ip_prefix", rule.remote_ip_prefix.as_deref())
        .maybe("remote_group_id", rule.remote_group_id.as_deref())
        .filled("description", &rule.description);
    body.named("security_group_rule")
}

fn block(rule: &NewRule) -> Block {
    Block::resource("openstack_networking_secgroup_rule_v2", "", "rule")
        .set("security_group_id", rule.security_group_id.as_str())
        .set("direction", rule.direction.as_str())
        .set("ethertype", rule.ethertype.as_str())
        .maybe("protocol", rule.protocol.as_ref())
        .maybe("port_range_min", rule.port_min)
        .maybe("port_range_max", rule.port_max)
        .maybe("remote_ip_prefix", rule.remote_ip_prefix.as_ref())
        .maybe("remote_group_id", rule.remote_group_id.as_ref())
        .filled("description", &rule.description)
}

impl Form for DeleteRule {
    async fn wish(self, _: &Ctx) -> Result<Wish> {
        let call = Call::network("DELETE", format!("security-group-rules/{}", self.id));
        Ok(Wish::new(Cli::new("security group rule delete").arg(&self.id), call, deleted()))
    }
}
