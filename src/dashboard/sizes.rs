//! Sizes as people read them, in binary units.

const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];

/// A number of bytes, such as `21.3 MiB`.
pub fn bytes(count: i64) -> String {
    scaled(count as f64, 0)
}

/// A number of MiB, such as `512 MiB` or `2 GiB`.
pub fn mib(count: i64) -> String {
    scaled(count as f64, 2)
}

/// A number of GiB, such as `20 GiB`.
pub fn gib(count: i64) -> String {
    scaled(count as f64, 3)
}

fn scaled(mut value: f64, mut unit: usize) -> String {
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    let text = format!("{value:.1}");
    format!("{} {}", text.strip_suffix(".0").unwrap_or(&text), UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_take_the_unit_that_reads_best() {
        assert_eq!(bytes(0), "0 B");
        assert_eq!(bytes(22_334_464), "21.3 MiB");
        assert_eq!(mib(512), "512 MiB");
        assert_eq!(mib(1536), "1.5 GiB");
        assert_eq!(gib(2048), "2 TiB");
    }
}
