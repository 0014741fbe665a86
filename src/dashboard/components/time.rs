//! Times: how long ago, with the exact time on demand.

use chrono::TimeDelta;
use leptos::prelude::*;

use crate::dashboard::i18n::tr;
use crate::model::Timestamp;

/// The present, as pages count it; ticks in the browser.
#[derive(Clone, Copy)]
pub struct Now(RwSignal<Timestamp>);

impl Now {
    /// Puts it into the context, and keeps it ticking in the browser.
    pub fn provide() {
        let now = Self(RwSignal::new(present()));
        provide_context(now);
        #[cfg(feature = "hydrate")]
        Effect::new(move |_| {
            // Runs as long as the application.
            gloo_timers::callback::Interval::new(1_000, move || now.0.set(present())).forget();
        });
    }

    /// The present. Reactive: changes every second.
    pub fn get(&self) -> Timestamp {
        self.0.get()
    }
}

/// The present, as pages count it.
///
/// # Panics
/// Outside the application.
pub fn use_now() -> Now {
    expect_context()
}

#[cfg(feature = "hydrate")]
fn present() -> Timestamp {
    Timestamp::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}

#[cfg(not(feature = "hydrate"))]
fn present() -> Timestamp {
    chrono::Utc::now()
}

/// A point in time, such as "3 min ago".
#[component]
pub fn Time(at: Timestamp) -> impl IntoView {
    let now = use_now();
    let words = Memo::new(move |_| relative(at, now.get()));
    view! {
        <time datetime=at.to_rfc3339() title=at.format("%Y-%m-%d %H:%M:%S UTC").to_string()>{words}</time>
    }
}

fn relative(at: Timestamp, now: Timestamp) -> String {
    let seconds = (now - at).num_seconds();
    let n = seconds.abs();
    match (seconds >= 0, n) {
        (_, 0..5) => tr!(common.just_now).to_owned(),
        (true, 5..60) => tr!(common.seconds_ago, n = n),
        (true, 60..3_600) => tr!(common.minutes_ago, n = n / 60),
        (true, 3_600..86_400) => tr!(common.hours_ago, n = n / 3_600),
        (true, _) => tr!(common.days_ago, n = n / 86_400),
        (false, 5..60) => tr!(common.in_seconds, n = n),
        (false, 60..3_600) => tr!(common.in_minutes, n = n / 60),
        (false, 3_600..86_400) => tr!(common.in_hours, n = n / 3_600),
        (false, _) => tr!(common.in_days, n = n / 86_400),
    }
}

/// How long something took: `420 µs`, `42 ms`, `4.2 s`, `12 s`, `3 min 5 s`.
pub fn duration(time: TimeDelta) -> String {
    let microseconds = time.num_microseconds().unwrap_or(i64::MAX).max(0);
    match microseconds {
        0..1_000 => format!("{microseconds} µs"),
        1_000..1_000_000 => format!("{} ms", microseconds / 1_000),
        1_000_000..10_000_000 => format!("{:.1} s", microseconds as f64 / 1e6),
        10_000_000..60_000_000 => format!("{} s", microseconds / 1_000_000),
        _ => format!("{} min {} s", microseconds / 60_000_000, microseconds / 1_000_000 % 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short() {
        assert_eq!(duration(TimeDelta::microseconds(420)), "420 µs");
        assert_eq!(duration(TimeDelta::milliseconds(7)), "7 ms");
        assert_eq!(duration(TimeDelta::milliseconds(1_240)), "1.2 s");
        assert_eq!(duration(TimeDelta::milliseconds(12_900)), "12 s");
        assert_eq!(duration(TimeDelta::seconds(185)), "3 min 5 s");
    }
}
