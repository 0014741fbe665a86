//! Disks of this host on their way to the image service: copied out into a file, which is sent and then removed.

use std::path::{Path, PathBuf};

use super::files;
use super::percent::Percent;
use super::rest::{Caller, Rest, despite_outages};
use crate::model::image::DiskFormat;
use crate::model::{ImageId, Reason, Result};

/// How often sending is attempted, from the beginning each time: the service may be starting anew, or not have noticed
/// yet that an earlier attempt was broken off.
const ATTEMPTS: u32 = 30;

/// The directory of files on their way.
pub struct Uploads {
    directory: PathBuf,
}

/// A file that is to become an image's data; it goes when this does.
pub struct Draft {
    image: ImageId,
    path: PathBuf,
    /// What the image is to be.
    pub format: DiskFormat,
}

impl Uploads {
    /// The uploads by way of a directory that exists.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// Where the data of an image that waits for them are to be put; none if it has them.
    ///
    /// # Errors
    /// As the image service's, such as for an image that is gone.
    pub async fn begin(&self, rest: &Rest, caller: Caller<'_>, id: &ImageId) -> Result<Option<Draft>> {
        let image = rest.image(caller, id).await?;
        if image.is_active() {
            return Ok(None);
        }
        let format = image.disk_format.ok_or_else(|| Reason::Required { field: "disk_format".into() })?;
        let draft = Draft { image: id.clone(), path: self.directory.join(id.as_str()), format };
        files::remove(&draft.path).await?;
        Ok(Some(draft))
    }

    /// Removes what an agent that died left.
    ///
    /// # Errors
    /// When the directory cannot be read or a file not removed.
    pub async fn remove_drafts(&self) -> Result<()> {
        for name in files::names_in(&self.directory).await? {
            files::remove(&self.directory.join(name)).await?;
        }
        Ok(())
    }
}

impl Draft {
    /// Where the data are to be put.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Sends the data.
    ///
    /// # Errors
    /// As the image service's.
    pub async fn send(self, rest: &Rest, caller: Caller<'_>, percent: &Percent) -> Result<()> {
        let attempt = || async {
            let image = rest.image(caller, &self.image).await?;
            if image.is_active() {
                return Ok(());
            }
            if image.is_saving() {
                let why = "it still takes what an earlier attempt sends".to_owned();
                return Err(Reason::Unavailable { part: "image".into(), why }.into());
            }
            rest.send_image(caller, &self.image, &self.path, percent).await
        };
        despite_outages(ATTEMPTS, "sending an image", attempt).await
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // What cannot be removed now is when the agent starts anew.
        let _ = std::fs::remove_file(&self.path);
    }
}
