//! What `GET /servers` may be asked: which servers, in which order, how many, from where on.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use regex::{Regex, RegexBuilder};
use serde_json::json;

use super::microversion::Microversion;
use super::schema::invalid;
use crate::control::Ctx;
use crate::http::openstack::filter::{value, values};
use crate::http::openstack::python::word_of_truth;
use crate::model::instance::{Gone, Instance, InstanceFilter};
use crate::model::state::Status;
use crate::model::{Error, Reason, Result, Timestamp};

/// The most rows of one answer.
pub const MAX_LIMIT: u32 = 1000;

/// Names that Nova knows: from 2.75 on, others are refused.
const KNOWN: [&str; 49] = [
    "all_tenants",
    "auto_disk_config",
    "availability_zone",
    "access_ip_v4",
    "access_ip_v6",
    "changes-since",
    "changes-before",
    "config_drive",
    "created_at",
    "deleted",
    "description",
    "display_description",
    "display_name",
    "flavor",
    "host",
    "hostname",
    "image",
    "image_ref",
    "ip",
    "ip6",
    "kernel_id",
    "key_name",
    "launch_index",
    "launched_at",
    "limit",
    "locked",
    "locked_by",
    "marker",
    "name",
    "node",
    "not-tags",
    "not-tags-any",
    "power_state",
    "progress",
    "project_id",
    "ramdisk_id",
    "reservation_id",
    "root_device_name",
    "sort_dir",
    "sort_key",
    "status",
    "tags",
    "tags-any",
    "task_state",
    "tenant_id",
    "terminated_at",
    "user_id",
    "uuid",
    "vm_state",
];
const ONLY_KNOWN: u16 = 75;
/// A status that there is none of was an empty list before.
const STATUS_CHECKED: u16 = 38;
const TAGS: u16 = 26;
const CHANGES_BEFORE: u16 = 66;
const LOCKED: u16 = 73;

/// How a server's text for a member is found.
type Text = fn(&Instance) -> String;
/// The verdict on which of the tags it has.
type Verdict = fn(&[bool]) -> bool;
type Test = Box<dyn Fn(&Instance) -> bool + Send + Sync>;

/// A list that is wanted.
pub struct ServerQuery {
    /// What the records can answer.
    pub filter: InstanceFilter,
    /// What is looked at in each server.
    tests: Vec<Test>,
    pub order: Vec<(SortKey, bool)>,
    pub limit: usize,
    pub marker: Option<String>,
}

impl ServerQuery {
    /// Reads it.
    ///
    /// # Errors
    /// For what cannot be asked, in Nova's words; `Forbidden` for every project's servers or deleted ones without the
    /// role.
    pub fn read(query: &[(String, String)], ctx: &Ctx, version: Microversion) -> Result<Self> {
        if version.0 >= ONLY_KNOWN
            && let Some((name, _)) = query.iter().find(|(name, _)| !KNOWN.contains(&name.as_str()))
        {
            let why = format!("Additional properties are not allowed ('{name}' was unexpected)");
            return Err(invalid("query", &json!(name), why));
        }
        let filter = filter(query, ctx, version)?;
        let mut tests = tests(query, version)?;
        tests.extend(statuses(query, ctx, version)?);
        let limit = limit(query)?;
        Ok(Self { filter, tests, order: order(query)?, limit, marker: value(query, "marker").map(str::to_owned) })
    }

    /// Whether the server is one of those that are wanted.
    pub fn wants(&self, instance: &Instance) -> bool {
        self.tests.iter().all(|test| test(instance))
    }
}

/// How many rows at most.
///
/// # Errors
/// For what is no number from 0 on.
pub fn limit(query: &[(String, String)]) -> Result<usize> {
    let most = MAX_LIMIT as usize;
    Ok(count(query, "limit")?.map_or(most, |limit| limit.min(most)))
}

/// A number of rows.
///
/// # Errors
/// For what is no number from 0 on.
pub fn count(query: &[(String, String)], name: &str) -> Result<Option<usize>> {
    let Some(text) = value(query, name) else { return Ok(None) };
    let refusal = |_| invalid(name, &json!(text), format!("'{text}' does not match '^[0-9]*$'"));
    text.parse().map(Some).map_err(refusal)
}

fn filter(query: &[(String, String)], ctx: &Ctx, version: Microversion) -> Result<InstanceFilter> {
    let text = |name| value(query, name).filter(|text| !text.is_empty());
    let changed_since = text("changes-since").map(|at| moment("changes-since", at)).transpose()?;
    let before = text("changes-before").filter(|_| version.0 >= CHANGES_BEFORE);
    let deleted = truth(query, "deleted")?.filter(|_| ctx.is_admin());
    Ok(InstanceFilter {
        all_projects: truth(query, "all_tenants")?.unwrap_or(false),
        project: text("project_id").or(text("tenant_id")).map(Into::into),
        image: text("image").or(text("image_ref")).map(Into::into),
        flavor: text("flavor").map(Into::into),
        changed_since,
        changed_before: before.map(|at| moment("changes-before", at)).transpose()?,
        gone: match deleted {
            Some(true) => Gone::Only,
            // Whoever asks what changed is told what went, too.
            None if changed_since.is_some() => Gone::Shown,
            _ => Gone::Hidden,
        },
        ..InstanceFilter::default()
    })
}

fn truth(query: &[(String, String)], name: &str) -> Result<Option<bool>> {
    match value(query, name) {
        None => Ok(None),
        Some("") => Ok(Some(true)),
        Some(text) => match word_of_truth(text) {
            Some(truth) => Ok(Some(truth)),
            None => Err(invalid(name, &json!(text), format!("Invalid boolean value '{text}'"))),
        },
    }
}

/// A moment as ISO 8601 writes it, in UTC where nothing else is said.
///
/// # Errors
/// For what is none.
pub fn moment(name: &str, text: &str) -> Result<Timestamp> {
    // A plus in an address stands for a space.
    let spelled = text.trim().replace(' ', "T");
    let zoned = DateTime::parse_from_rfc3339(&spelled).map(|at| at.with_timezone(&Utc));
    let plain = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%MZ"];
    let plain = || plain.iter().find_map(|form| NaiveDateTime::parse_from_str(&spelled, form).ok());
    let day = || NaiveDate::parse_from_str(&spelled, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0);
    let found = zoned.ok().or_else(|| plain().or_else(day).map(|at| at.and_utc()));
    found.ok_or_else(|| invalid(name, &json!(text), format!("'{text}' is not a 'date-time'")))
}

/// One of the statuses that were named; a name that there is none of matches nothing.
fn statuses(query: &[(String, String)], ctx: &Ctx, version: Microversion) -> Result<Option<Test>> {
    let named: Vec<&str> = values(query, "status").collect();
    if named.is_empty() {
        return Ok(None);
    }
    let mut wanted: Vec<Status> = Vec::new();
    for word in named {
        match word.to_uppercase().parse() {
            Ok(Status::Deleted) if !ctx.is_admin() => {
                return Err(Reason::Forbidden { action: "list deleted servers".into() }.into());
            }
            Ok(status) => wanted.push(status),
            Err(_) if version.0 >= STATUS_CHECKED => {
                return Err(invalid("status", &json!(word), "Invalid status value".into()));
            }
            Err(_) => {}
        }
    }
    Ok(Some(Box::new(move |instance| wanted.contains(&instance.status()))))
}

fn tests(query: &[(String, String)], version: Microversion) -> Result<Vec<Test>> {
    let mut tests: Vec<Test> = Vec::new();
    if let Some(name) = value(query, "name").or(value(query, "display_name")) {
        let pattern = pattern("name", name)?;
        tests.push(Box::new(move |instance| pattern.is_match(&instance.name)));
    }
    for version in ["ip", "ip6"] {
        if let Some(ip) = value(query, version) {
            let (pattern, is_v6) = (pattern(version, ip)?, version == "ip6");
            let of_version = move |ip: &str| ip.contains(':') == is_v6;
            tests.push(Box::new(move |instance| {
                instance.addresses.iter().any(|address| of_version(&address.ip) && pattern.is_match(&address.ip))
            }));
        }
    }
    let plain: [(&str, Text); 16] = [
        ("uuid", |instance| instance.id.to_string()),
        ("host", |instance| instance.host.clone().unwrap_or_default()),
        ("node", |instance| instance.host.clone().unwrap_or_default()),
        ("hostname", |instance| instance.notes.hostname.clone()),
        ("user_id", |instance| instance.user_id.to_string()),
        ("key_name", |instance| instance.key_name.clone().unwrap_or_default()),
        ("reservation_id", |instance| instance.request_id.clone()),
        ("vm_state", |instance| instance.vm_state.to_string()),
        ("task_state", |instance| instance.task_state.map(|task| task.to_string()).unwrap_or_default()),
        ("power_state", |instance| instance.power_state.code().to_string()),
        ("availability_zone", |instance| instance.availability_zone.clone()),
        ("access_ip_v4", |instance| instance.notes.access_ip_v4.clone()),
        ("access_ip_v6", |instance| instance.notes.access_ip_v6.clone()),
        ("description", |instance| instance.description.clone().unwrap_or_default()),
        ("display_description", |instance| instance.description.clone().unwrap_or_default()),
        ("launch_index", |_| "0".to_owned()),
    ];
    for (name, of) in plain {
        let wanted: Vec<String> = values(query, name).map(str::to_owned).collect();
        if !wanted.is_empty() {
            tests.push(Box::new(move |instance| wanted.contains(&of(instance))));
        }
    }
    if let Some(drive) = truth(query, "config_drive")? {
        tests.push(Box::new(move |instance| instance.config_drive == drive));
    }
    if let Some(locked) = truth(query, "locked")?.filter(|_| version.0 >= LOCKED) {
        tests.push(Box::new(move |instance| instance.notes.lock.is_some() == locked));
    }
    if version.0 >= TAGS {
        tests.extend(tagged(query));
    }
    Ok(tests)
}

fn tagged(query: &[(String, String)]) -> Vec<Test> {
    let has = |instance: &Instance, tag: &String| instance.notes.tags.contains(tag);
    let tests: [(&str, Verdict); 4] = [
        ("tags", |has| has.iter().all(|has| *has)),
        ("tags-any", |has| has.iter().any(|has| *has)),
        ("not-tags", |has| !has.iter().all(|has| *has)),
        ("not-tags-any", |has| !has.iter().any(|has| *has)),
    ];
    let given = tests.into_iter().filter_map(|(name, verdict)| Some((value(query, name)?.to_owned(), verdict)));
    let test = |(tags, verdict): (String, Verdict)| -> Test {
        let tags: Vec<String> = tags.split(',').map(str::to_owned).collect();
        Box::new(move |instance| verdict(&tags.iter().map(|tag| has(instance, tag)).collect::<Vec<_>>()))
    };
    given.map(test).collect()
}

/// A regular expression that may match anywhere, in any letter case, as Nova's databases do it.
fn pattern(name: &str, text: &str) -> Result<Regex> {
    let pattern = RegexBuilder::new(text).case_insensitive(true).size_limit(1 << 20).build();
    pattern.map_err(|error| invalid(name, &json!(text), error.to_string()))
}

/// What servers are sorted by.
pub type SortKey = fn(&Instance, &Instance) -> std::cmp::Ordering;

/// Each key with whether it runs downwards.
fn order(query: &[(String, String)]) -> Result<Vec<(SortKey, bool)>> {
    let mut directions = values(query, "sort_dir");
    let order = values(query, "sort_key").map(|key| {
        let descending = match directions.next() {
            None | Some("desc") => true,
            Some("asc") => false,
            Some(other) => return Err(invalid("sort_dir", &json!(other), "it is neither 'asc' nor 'desc'".into())),
        };
        Ok((sort_key(key)?, descending))
    });
    order.collect()
}

fn sort_key(name: &str) -> Result<SortKey> {
    Ok(match name {
        "display_name" => |a, b| a.name.cmp(&b.name),
        "uuid" => |a, b| a.id.cmp(&b.id),
        "created_at" => |a, b| a.created_at.cmp(&b.created_at),
        "updated_at" => |a, b| a.updated_at.cmp(&b.updated_at),
        "launched_at" => |a, b| a.launched_at.cmp(&b.launched_at),
        "terminated_at" => |a, b| a.deleted_at.cmp(&b.deleted_at),
        "vm_state" => |a, b| a.vm_state.as_str().cmp(b.vm_state.as_str()),
        "task_state" => |a, b| a.task_state.map(|task| task.as_str()).cmp(&b.task_state.map(|task| task.as_str())),
        "power_state" => |a, b| a.power_state.code().cmp(&b.power_state.code()),
        "host" | "node" => |a, b| a.host.cmp(&b.host),
        "hostname" => |a, b| a.notes.hostname.cmp(&b.notes.hostname),
        "project_id" => |a, b| a.project_id.cmp(&b.project_id),
        "user_id" => |a, b| a.user_id.cmp(&b.user_id),
        "image_ref" => |a, b| a.image.as_ref().map(|image| &image.id).cmp(&b.image.as_ref().map(|image| &image.id)),
        "instance_type_id" => |a, b| a.flavor.id.cmp(&b.flavor.id),
        "key_name" => |a, b| a.key_name.cmp(&b.key_name),
        "availability_zone" => |a, b| a.availability_zone.cmp(&b.availability_zone),
        "access_ip_v4" => |a, b| a.notes.access_ip_v4.cmp(&b.notes.access_ip_v4),
        "access_ip_v6" => |a, b| a.notes.access_ip_v6.cmp(&b.notes.access_ip_v6),
        "display_description" => |a, b| a.description.cmp(&b.description),
        "config_drive" => |a, b| a.config_drive.cmp(&b.config_drive),
        "auto_disk_config" => |a, b| a.notes.auto_disk_config.cmp(&b.notes.auto_disk_config),
        "locked" => |a, b| a.notes.lock.is_some().cmp(&b.notes.lock.is_some()),
        other => return Err(unknown_key(other)),
    })
}

fn unknown_key(key: &str) -> Error {
    invalid("sort_key", &json!(key), format!("'{key}' is not a key to sort by"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_as_iso_8601_writes_them() {
        let read = |text| moment("changes-since", text).map(|at| at.to_rfc3339()).ok();
        let expected = Some("2051-01-01T12:34:00+00:00".to_owned());
        for text in ["2051-01-01T12:34:00Z", "2051-01-01T12:34Z", "2051-01-01 12:34:00", "2051-01-01T13:34:00+01:00"] {
            assert_eq!(read(text), expected, "{text}");
        }
        assert_eq!(read("2051-01-01"), Some("2051-01-01T00:00:00+00:00".to_owned()));
        assert_eq!(read("2011/01/01"), None);
    }

    #[test]
    fn limits_are_numbers_from_0_on() {
        let read = |text: &str| limit(&[("limit".to_owned(), text.to_owned())]).ok();
        assert_eq!((read("0"), read("7"), read("100000")), (Some(0), Some(7), Some(1000)));
        assert_eq!((read("-1"), read("testing")), (None, None));
    }
}
