//! `GET /compute/v2.1/servers/{id}/os-security-groups`: with their rules, in compute's own shape.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use crate::control::Services;
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::model::InstanceId;
use crate::model::security_group::{Direction, SecurityGroup, SecurityGroupRule};

/// `GET`.
pub async fn list(
    State(services): State<Services>,
    auth: Auth,
    Path(id): Path<InstanceId>,
) -> Result<Json<Value>, Failure> {
    let groups = services.compute.security_groups(&auth.ctx, &id).await?;
    let view = |group: &SecurityGroup| {
        // Compute's shape has no direction: it means what may come in.
        let rules = group.rules.iter().filter(|rule| rule.direction == Direction::Ingress);
        json!({
            "id": group.id,
            "name": group.name,
            "description": group.description,
            "tenant_id": group.project_id,
            "rules": rules.map(|rule| rule_view(group, rule, &groups)).collect::<Vec<_>>(),
        })
    };
    Ok(Json(json!({ "security_groups": groups.iter().map(view).collect::<Vec<_>>() })))
}

fn rule_view(group: &SecurityGroup, rule: &SecurityGroupRule, known: &[SecurityGroup]) -> Value {
    let remote = rule.remote_group_id.as_ref().map(|id| {
        let name = known.iter().find(|group| group.id == *id).map_or(id.as_str(), |group| group.name.as_str());
        json!({ "name": name, "tenant_id": group.project_id })
    });
    let everything = rule.protocol.as_deref().is_some_and(|protocol| protocol.starts_with("icmp")).then_some(-1);
    let range = rule.remote_ip_prefix.as_ref().map(|cidr| json!({ "cidr": cidr }));
    json!({
        "id": rule.id,
        "parent_group_id": group.id,
        "ip_protocol": rule.protocol,
        "from_port": rule.port_min.or(everything),
        "to_port": rule.port_max.or(everything),
        "group": remote.unwrap_or_else(|| json!({})),
        "ip_range": range.unwrap_or_else(|| json!({})),
    })
}
