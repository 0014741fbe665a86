//! Config drives as ISO 9660, which every guest reads.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tokio::fs;

use super::super::hypervisor::NewDrive;
use crate::agent::command::{run, said};
use crate::agent::files::{self, disk_full, io_error, says_disk_full};
use crate::model::{Error, Result};

/// The label by which guests find it.
const LABEL: &str = "config-2";

/// Makes a drive. What was there is replaced in one step.
///
/// # Errors
/// [`crate::model::Reason::DiskFull`], or what `genisoimage` says.
pub async fn make(drive: &NewDrive) -> Result<()> {
    let workshop = drive.path.with_extension("making");
    files::remove(&workshop).await?;
    let made = make_in(&workshop, drive).await;
    let swept = files::remove(&workshop).await;
    made.and(swept)
}

/// User data may hold secrets, so nobody else looks on.
async fn make_in(workshop: &Path, drive: &NewDrive) -> Result<()> {
    let (folder, image) = (workshop.join("files"), workshop.join("image"));
    fs::DirBuilder::new().mode(0o700).create(workshop).await.map_err(|error| io_error(workshop, error))?;
    for (name, text) in &drive.files {
        write(&folder.join(name), text).await?;
    }
    write_image(&folder, &image).await?;
    let finished = async {
        fs::set_permissions(&image, std::fs::Permissions::from_mode(0o600)).await?;
        fs::rename(&image, &drive.path).await
    };
    finished.await.map_err(|error| io_error(&drive.path, error))
}

async fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).await.map_err(|error| io_error(parent, error))?;
    }
    fs::write(path, text).await.map_err(|error| io_error(path, error))
}

/// With Rock Ridge and Joliet, so that names stay as they are.
async fn write_image(folder: &Path, image: &Path) -> Result<()> {
    let (from, to) = (folder.display().to_string(), image.display().to_string());
    let arguments = ["-quiet", "-rational-rock", "-joliet", "-V", LABEL, "-o", &to, &from];
    run("genisoimage", &arguments)
        .await
        .map(drop)
        .map_err(|error| if says_disk_full(&said(&error)) { Error::because(disk_full(image), error) } else { error })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_drive_is_labelled_readable_by_its_owner_alone_and_leaves_no_draft() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("disk.config");
        let files = vec![("openstack/latest/user_data".to_owned(), "#!/bin/sh\n# who reads this?\n".to_owned())];
        for _ in 0..2 {
            make(&NewDrive { path: path.clone(), files: files.clone() }).await.unwrap();
        }
        let image = std::fs::read(&path).unwrap();
        assert_eq!(image[32768 + 40..32768 + 48], *b"config-2", "the volume's name");
        let holds = |text: &[u8]| image.windows(text.len()).any(|part| part == text);
        assert!(holds(b"who reads this?") && holds(b"user_data"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 1);
    }
}
