//! The `openrc` files that stock clients read.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// What one `openrc` file says.
pub struct OpenRc<'a> {
    /// Such as `http://127.0.0.1:8080`.
    pub base_url: &'a str,
    pub user: &'a str,
    pub project: &'a str,
    pub password: &'a str,
}

impl OpenRc<'_> {
    /// The file's text. Passwords are generated from letters and digits, so that no quoting is needed.
    fn text(&self) -> String {
        let Self { base_url, user, project, password } = self;
        format!(
            "export OS_AUTH_URL={base_url}/identity/v3\n\
             export OS_USERNAME={user}\n\
             export OS_PASSWORD={password}\n\
             export OS_PROJECT_NAME={project}\n\
             export OS_USER_DOMAIN_NAME=Default\n\
             export OS_PROJECT_DOMAIN_NAME=Default\n\
             export OS_IDENTITY_API_VERSION=3\n\
             export OS_IMAGE_API_VERSION=2\n"
        )
    }

    /// Writes the file so that only its owner can read it, from the first byte on.
    ///
    /// # Errors
    /// As the file system says.
    pub fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
        file.write_all(self.text().as_bytes())?;
        file.sync_all()
    }
}
