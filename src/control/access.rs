//! What stock clients want to know of a person's access: `openrc` for shells, `clouds.yaml` for the others.

use serde_json::json;

use crate::model::access::REGION;

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

    /// The text of a `clouds.yaml` with a cloud named `arcus`, without the password. It is JSON, which every reader of
    /// YAML takes.
    pub fn clouds_yaml(&self) -> String {
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
        format!("{:#}\n", json!({ "clouds": { "arcus": cloud } }))
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
        let clouds: serde_json::Value = serde_json::from_str(&ACCESS.clouds_yaml()).expect("JSON");
        assert_eq!(clouds["clouds"]["arcus"]["auth"]["username"], ACCESS.user);
        assert!(!ACCESS.clouds_yaml().contains("password"));
    }
}
