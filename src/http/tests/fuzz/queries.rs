//! Queries and paths that nobody sends in earnest.

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

/// How many queries each address is asked with.
const QUERIES: usize = 40;

/// What lists can be asked for, in any service.
const NAMES: [&str; 49] = [
    "limit",
    "marker",
    "sort_key",
    "sort_dir",
    "sort",
    "fields",
    "page_reverse",
    "name",
    "id",
    "status",
    "tags",
    "tags-any",
    "not-tags",
    "not-tags-any",
    "changes-since",
    "changes-before",
    "created_at",
    "updated_at",
    "is_public",
    "minRam",
    "minDisk",
    "all_tenants",
    "deleted",
    "ip",
    "ip6",
    "flavor",
    "host",
    "locked",
    "config_drive",
    "user_id",
    "project_id",
    "visibility",
    "member_status",
    "size_min",
    "size_max",
    "os_hidden",
    "tag",
    "owner",
    "fixed_ips",
    "device_id",
    "start",
    "end",
    "detailed",
    "effective",
    "include_names",
    "user.id",
    "nocatalog",
    "instance_id",
    "zone",
];

/// What hardly any of them may be, as an address writes it.
fn values() -> Vec<String> {
    let plain = [
        "",
        "-1",
        "0",
        "1",
        "99999999999999999999",
        "1e308",
        "NaN",
        "None",
        "null",
        "true",
        "[]",
        "(",
        "*",
        "a+b",
        "%00",
        "%ff%fe",
        "%",
        "%zz",
        "%ed%a0%80",
        "%E2%98%83",
        "in:",
        "in:,",
        "gt:",
        "gt:now",
        "name:up",
        "ip_address=",
        "ip_address_substr=(",
        "..%2f..%2fetc%2fpasswd",
        "'%20OR%20'1'='1",
        "2030-01-01",
        "9999999-01-01T00:00:00Z",
        "-999999-01-01",
        "0000-00-00T99:99:99Z",
        "(a%7C(b%7C(c*)*)*)*$",
    ];
    plain.into_iter().map(str::to_owned).chain(["a".repeat(8000), "%41".repeat(2000), "(".repeat(2000)]).collect()
}

/// Queries to ask a list with, always the same ones.
pub fn some() -> Vec<String> {
    let name = prop_oneof![
        9 => prop::sample::select(NAMES.to_vec()).prop_map(str::to_owned),
        1 => prop::sample::select(values()),
    ];
    let pair = (name, prop::sample::select(values())).prop_map(|(name, value)| format!("{name}={value}"));
    let query = prop::collection::vec(pair, 1..4).prop_map(|pairs| pairs.join("&"));
    let mut runner = TestRunner::deterministic();
    let mut queries: Vec<String> = (0..QUERIES).map(|_| query.new_tree(&mut runner).unwrap().current()).collect();
    queries.extend(["", "&", "=", "&&==&", "limit", "limit=1&limit=2&limit=x", "?", "%00", "%"].map(str::to_owned));
    queries
}

/// What can stand in a path for a name or an id.
pub fn segments() -> Vec<String> {
    let plain =
        ["0", "-1", "%00", "%ff", "%zz", "%", "..", "%2e%2e", "%2f", "a%2fb", "%E2%98%83", "'", "%ed%a0%80", "*"];
    plain.into_iter().map(str::to_owned).chain(["a".repeat(8000)]).collect()
}
