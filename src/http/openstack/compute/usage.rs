//! `/compute/v2.1/os-simple-tenant-usage`: how much of what projects had in a span of time.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Path, State};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

use super::server_query::moment;
use crate::control::{Ctx, Services};
use crate::http::failure::Failure;
use crate::http::openstack::auth::Auth;
use crate::http::openstack::filter::{Pairs, value};
use crate::http::openstack::time::micros;
use crate::model::instance::{Gone, Instance, InstanceFilter, InstanceSort};
use crate::model::page::PageRequest;
use crate::model::{Noun, ProjectId, Reason, Result, Timestamp};

/// What is looked at where nothing is said.
const SPAN: TimeDelta = TimeDelta::days(28);

/// `GET`: every project's; administrators only.
pub async fn list(State(services): State<Services>, auth: Auth, query: Pairs) -> Result<Json<Value>, Failure> {
    let span = Span::read(&query)?;
    let detailed = value(&query, "detailed") == Some("1");
    let mut projects: BTreeMap<ProjectId, Vec<Instance>> = BTreeMap::new();
    for instance in instances(&services, &auth.ctx, None).await? {
        projects.entry(instance.project_id.clone()).or_default().push(instance);
    }
    let usages = projects.iter().filter_map(|(project, instances)| span.usage(project, instances, detailed));
    Ok(Json(json!({ "tenant_usages": usages.collect::<Vec<_>>() })))
}

/// `GET …/{project}`: with each server.
pub async fn show(
    State(services): State<Services>,
    auth: Auth,
    Path(project): Path<ProjectId>,
    query: Pairs,
) -> Result<Json<Value>, Failure> {
    let ctx = &auth.ctx;
    if !ctx.is_admin() && ctx.project_id != project {
        return Err(Reason::NotFound { noun: Noun::Project, id: project.to_string() }.into());
    }
    let span = Span::read(&query)?;
    let instances = instances(&services, ctx, Some(&project)).await?;
    Ok(Json(json!({ "tenant_usage": span.usage(&project, &instances, true).unwrap_or_else(|| json!({})) })))
}

/// All that there are and were, of a project or of all.
async fn instances(services: &Services, ctx: &Ctx, project: Option<&ProjectId>) -> Result<Vec<Instance>> {
    let filter = InstanceFilter {
        all_projects: project != Some(&ctx.project_id),
        project: project.cloned(),
        gone: Gone::Shown,
        ..InstanceFilter::default()
    };
    let mut page = PageRequest { sort: InstanceSort::Created, descending: false, offset: 0, limit: 1000 };
    let mut all = Vec::new();
    loop {
        let found = services.compute.instances(ctx, &filter, page).await?;
        all.extend(found.rows);
        page.offset += page.limit;
        if page.offset >= found.total {
            return Ok(all);
        }
    }
}

/// From when to when.
struct Span {
    start: Timestamp,
    end: Timestamp,
}

impl Span {
    fn read(query: &[(String, String)]) -> Result<Self> {
        let given = |name| value(query, name).map(|text| moment(name, text)).transpose();
        let end = given("end")?.unwrap_or_else(Utc::now);
        let start = given("start")?.unwrap_or(end - SPAN);
        if start > end {
            return Err(Reason::Malformed { why: "start is later than end".into() }.into());
        }
        Ok(Self { start, end })
    }

    /// What a project had; none if it had nothing.
    fn usage(&self, project: &ProjectId, instances: &[Instance], detailed: bool) -> Option<Value> {
        let mut servers = Vec::new();
        let [mut hours, mut vcpus, mut ram, mut disk] = [0.0; 4];
        for instance in instances {
            let Some(had) = self.hours(instance) else { continue };
            let flavor = &instance.flavor;
            hours += had;
            vcpus += had * flavor.vcpus as f64;
            ram += had * flavor.ram_mb as f64;
            disk += had * flavor.disk_gb as f64;
            servers.push(self.server(instance, had));
        }
        if servers.is_empty() {
            return None;
        }
        let mut usage = json!({
            "tenant_id": project,
            "start": micros(self.start),
            "stop": micros(self.end),
            "total_hours": hours,
            "total_vcpus_usage": vcpus,
            "total_memory_mb_usage": ram,
            "total_local_gb_usage": disk,
        });
        if detailed {
            usage["server_usages"] = json!(servers);
        }
        Some(usage)
    }

    /// How long an instance ran within the span; none if it did not.
    fn hours(&self, instance: &Instance) -> Option<f64> {
        let from = instance.launched_at?.max(self.start);
        let to = instance.deleted_at.unwrap_or(self.end).min(self.end);
        (from <= to).then(|| (to - from).num_milliseconds() as f64 / 3_600_000.0)
    }

    fn server(&self, instance: &Instance, hours: f64) -> Value {
        let flavor = &instance.flavor;
        let uptime = instance.launched_at.map(|at| (instance.deleted_at.unwrap_or(self.end) - at).num_seconds());
        let state = if instance.deleted_at.is_some() { "terminated" } else { instance.vm_state.as_str() };
        json!({
            "instance_id": instance.id,
            "name": instance.name,
            "tenant_id": instance.project_id,
            "flavor": flavor.name,
            "hours": hours,
            "vcpus": flavor.vcpus,
            "memory_mb": flavor.ram_mb,
            "local_gb": flavor.disk_gb,
            "started_at": instance.launched_at.map(micros),
            "ended_at": instance.deleted_at.map(micros),
            "uptime": uptime.unwrap_or(0).max(0),
            "state": state,
        })
    }
}
