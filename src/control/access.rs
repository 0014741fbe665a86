//! What stock clients want to know of a person's access: `openrc` for shells, `clouds.yaml` for the others.

use serde_json::json;

use crate::model::access::REGION;
use crate::model::{Error, Result};

/// Where `clouds.yaml` goes, and what it is for.
const COMMENT: &str = "# Keep it as ~/.config/openstack/clouds.yaml, and use it by: openstack --os-cloud arcus";

/// Who reaches the cloud by which address, in which project.
pub struct Access<'a> {
    /// Such as `http://127.0.0.1:8080`.
    pub address: &'a str,
    pub user: &'a str,
    pub user_domain: &'a str,
    pub project: &'a str,
    pub project_domain: &'a str,
}

impl Access<'_> {
    /// Where tokens are had.
    pub fn auth_url(&self) -> String {
        format!("{}/identity/v3", self.address)
    }

    /// The text of an `openrc` file; without a password it asks for it when it is sourced.
    pub fn openrc(&self, password: Option<&str>) -> String {
        let Self { user, user_domain, project, project_domain, .. } = self;
        let auth_url = self.auth_url();
        let variables = [
            ("AUTH_URL", auth_url.as_str()),
            ("USERNAME", user),
            ("PROJECT_NAME", project),
            ("USER_DOMAIN_NAME", user_domain),
            ("PROJECT_DOMAIN_NAME", project_domain),
            ("REGION_NAME", REGION),
            ("IDENTITY_API_VERSION", "3"),
            ("IMAGE_API_VERSION", "2"),
        ];
        let mut text: String =
            variables.iter().map(|(name, value)| format!("export OS_{name}={}\n", quoted(value))).collect();
        text += &match password {
            Some(password) => format!("export OS_PASSWORD={}\n", quoted(password)),
            None => "printf 'Password: ' >&2; read -rs OS_PASSWORD; echo >&2; export OS_PASSWORD\n".to_owned(),
        };
        text
    }

    /// The text of a `clouds.yaml` with a cloud named `arcus`, without the password.
    ///
    /// # Errors
    /// When it cannot be written as YAML.
    pub fn clouds_yaml(&self) -> Result<String> {
        let Self { user, user_domain, project, project_domain, .. } = self;
        let cloud = json!({
            "auth": {
                "auth_url": self.auth_url(),
                "username": user,
                "project_name": project,
                "user_domain_name": user_domain,
                "project_domain_name": project_domain,
            },
            "region_name": REGION,
            "identity_api_version": 3,
        });
        let yaml = serde_saphyr::to_string(&json!({ "clouds": { "arcus": cloud } })).map_err(Error::internal)?;
        Ok(format!("{COMMENT}\n{yaml}"))
    }
}

/// A value as one word of a shell.
fn quoted(value: &str) -> String {
    // Only a NUL cannot be quoted, and names hold none.
    shlex::try_quote(value).map_or_else(|_| String::new(), Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCESS: Access<'_> = Access {
        address: "http://127.0.0.1:8080",
        user: "o'neill; rm -rf /",
        user_domain: "Default",
        project: "demo",
        project_domain: "Default",
    };

    #[test]
    fn a_shell_reads_the_openrc_as_it_was_meant() {
        let script = format!(
            "{}\nprintf '%s|%s|%s' \"$OS_USERNAME\" \"$OS_PASSWORD\" \"$OS_AUTH_URL\"",
            ACCESS.openrc(Some("a $b"))
        );
        let output = std::process::Command::new("bash").args(["-c", &script]).output().expect("bash runs");
        let said = String::from_utf8(output.stdout).expect("text");
        assert_eq!(said, "o'neill; rm -rf /|a $b|http://127.0.0.1:8080/identity/v3");
    }

    #[test]
    fn without_a_password_none_is_in_the_files() {
        assert!(ACCESS.openrc(None).contains("read -rs OS_PASSWORD"));
        assert!(!ACCESS.clouds_yaml().expect("YAML").contains("password"));
    }

    #[test]
    fn a_clouds_yaml_reads_as_people_write_it() {
        let text = ACCESS.clouds_yaml().expect("YAML");
        let expected = "\
clouds:
  arcus:
    auth:
      auth_url: http://127.0.0.1:8080/identity/v3
      project_domain_name: Default
      project_name: demo
      user_domain_name: Default
      username: o'neill; rm -rf /
    identity_api_version: 3
    region_name: RegionOne
";
        assert_eq!(text, format!("{COMMENT}\n{expected}"));
    }

    #[test]
    fn a_name_that_yaml_would_take_for_something_else_is_quoted() {
        for name in [
            "yes", "NO", "off", "n", "~", "null", "1_000", "0x10", "1:30", "a: b", "a #b", "*a", "'a'", "\"a\"", "- a",
            " a",
        ] {
            let text = Access { user: name, ..ACCESS }.clouds_yaml().expect("YAML");
            let line = text.lines().find_map(|line| line.trim().strip_prefix("username: ")).expect("a line");
            // What is in double quotes reads as JSON.
            assert_eq!(serde_json::from_str::<String>(line).expect("a quoted name"), name, "{line}");
        }
    }
}
