//! The image service (`/image/v2`).

use reqwest::Response;
use serde::Deserialize;

use super::{Caller, Rest};
use crate::model::image::DiskFormat;
use crate::model::{ImageId, Reason, Result};

const SERVICE: &str = "image";

/// An image as the API shows it; only what a host needs.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct ImageRecord {
    pub id: ImageId,
    pub status: String,
    pub disk_format: Option<DiskFormat>,
    /// Bytes of the file.
    pub size: Option<u64>,
    /// Bytes that a guest sees.
    pub virtual_size: Option<u64>,
    pub os_hash_algo: Option<String>,
    pub os_hash_value: Option<String>,
}

impl ImageRecord {
    /// The SHA-256 that the data must have.
    ///
    /// # Errors
    /// When the image has no data yet, or no SHA-256 to verify it by.
    pub fn sha256(&self) -> Result<&str> {
        if self.status != "active" {
            return Err(Reason::ImageNotActive { id: self.id.to_string(), status: self.status.clone() }.into());
        }
        match (self.os_hash_algo.as_deref(), self.os_hash_value.as_deref()) {
            (Some("sha256"), Some(value)) if value.len() == 64 && value.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Ok(value)
            }
            _ => Err(Reason::ImageDamaged { why: "it has no SHA-256 checksum".into() }.into()),
        }
    }
}

impl Rest {
    /// An image's record.
    ///
    /// # Errors
    /// [`Reason::ServiceRefused`] or [`Reason::Unavailable`].
    pub async fn image(&self, caller: Caller<'_>, id: &ImageId) -> Result<ImageRecord> {
        self.get_json(SERVICE, caller, &format!("/image/v2/images/{id}")).await
    }

    /// An image's data, to be streamed.
    ///
    /// # Errors
    /// [`Reason::ServiceRefused`] or [`Reason::Unavailable`].
    pub async fn image_file(&self, caller: Caller<'_>, id: &ImageId) -> Result<Response> {
        let address = format!("{}/image/v2/images/{id}/file", self.base);
        self.send(SERVICE, caller, |http| http.get(&address)).await
    }
}
