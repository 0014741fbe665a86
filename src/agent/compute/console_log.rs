//! The end of what a guest wrote on its serial port.

use std::io::SeekFrom;

use tokio::fs::File;
use tokio::io::{AsyncReadExt, AsyncSeekExt};

use super::Host;
use crate::agent::files::io_error;
use crate::model::{InstanceId, Result};

/// At most the last `max_bytes` of the log, as text; empty before the guest's first start.
///
/// # Errors
/// When the log is there and cannot be read.
pub async fn console_log(host: &Host, id: &InstanceId, max_bytes: u64) -> Result<String> {
    let path = host.layout.console_log(id);
    let mut file = match File::open(&path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        Err(error) => return Err(io_error(&path, error)),
    };
    let tail = async {
        let length = file.metadata().await?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(max_bytes))).await?;
        let mut bytes = Vec::new();
        // The guest may write on while we read.
        file.take(max_bytes).read_to_end(&mut bytes).await?;
        Ok(bytes)
    };
    let bytes = tail.await.map_err(|error| io_error(&path, error))?;
    Ok(String::from_utf8_lossy(from_character_start(&bytes)).into_owned())
}

/// Leaves out the rest of a character that the cut went through.
fn from_character_start(bytes: &[u8]) -> &[u8] {
    let rest = bytes.iter().take(3).take_while(|byte| **byte & 0b1100_0000 == 0b1000_0000).count();
    &bytes[rest..]
}

#[cfg(test)]
mod tests {
    use super::from_character_start;

    #[test]
    fn a_cut_character_is_left_out() {
        let text = "a—b".as_bytes();
        assert_eq!(from_character_start(&text[2..]), b"b");
        assert_eq!(from_character_start(&text[1..]), "—b".as_bytes());
        assert_eq!(from_character_start(b""), b"");
    }
}
