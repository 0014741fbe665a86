//! What looks like a change by its method and is none. Whatever is not named here is recorded.

/// Routes of questions that come with a body, and of what concerns the browser alone.
pub const UNCHANGING: [&str; 46] = [
    "/api/access",
    "/api/as-a-command",
    "/api/flavors/list",
    "/api/floating-ips/choices",
    "/api/floating-ips/list",
    "/api/floating-ips/show",
    "/api/hosts/list",
    "/api/hosts/zones",
    "/api/images/can-import",
    "/api/images/list",
    "/api/images/show",
    "/api/instances/connection",
    "/api/instances/decision",
    "/api/instances/interfaces",
    "/api/instances/list",
    "/api/instances/log",
    "/api/instances/names",
    "/api/instances/show",
    "/api/instances/timeline",
    "/api/instances/volumes",
    "/api/keypairs/list",
    "/api/launch/choices",
    "/api/launch/dry-run",
    "/api/launch/no-room",
    "/api/networks/list",
    "/api/networks/physical",
    "/api/networks/show",
    "/api/ports/list",
    "/api/ports/show",
    "/api/preferences/language",
    "/api/preferences/theme",
    "/api/quota/usage",
    "/api/reach/ask",
    "/api/reach/snapshot",
    "/api/routers/list",
    "/api/routers/show",
    "/api/security-groups/list",
    "/api/security-groups/show",
    "/api/server-groups/list",
    "/api/session/me",
    "/api/snapshots/show",
    "/api/subnets/show",
    "/api/volumes/choices",
    "/api/volumes/list",
    "/api/volumes/show",
    "/network/v2.0/reachability",
];

#[cfg(test)]
mod tests {
    use leptos::server_fn::axum::server_fn_paths;

    use super::UNCHANGING;
    use crate::http::openstack;

    #[test]
    fn each_of_them_is_there() {
        let known: Vec<String> = server_fn_paths().map(|(path, _)| path.to_owned()).chain(openstack::paths()).collect();
        for route in UNCHANGING {
            assert!(known.iter().any(|path| path == route), "{route}");
        }
    }
}
