//! Which trace a piece of work belongs to: carried along as W3C's `traceparent`, in messages and in requests.
//!
//! Spans of traces have a target of their own, so that with traces switched off nobody is interested and nothing is made.

use std::time::SystemTime;

use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, Status, TraceContextExt as _, TraceFlags, TraceId, TraceState, Tracer as _,
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::{Envelope, Topic};

/// The target of spans that are exported, and of nothing else.
pub const TARGET: &str = "arcus::trace";
/// The header that a request carries it in.
pub const HEADER: &str = "traceparent";
/// The most characters that are believed of a message's name.
const LONGEST_NAME: usize = 32;
/// The only version of the header that there is.
const VERSION: &str = "00";

/// A span of a trace: its kind (`server`, `consumer`, `internal`), its name, and further fields.
macro_rules! span {
    ($kind:literal, $name:expr $(, $($field:tt)+)?) => {
        tracing::info_span!(target: $crate::bus::trace::TARGET, "span", otel.kind = $kind, otel.name = $name $(, $($field)+)?)
    };
}
pub(crate) use span;

/// The span of a handler's work on a message, if that belongs to a trace.
pub(super) fn handling(topic: &Topic, message: &Envelope) -> Span {
    if message.trace.is_none() {
        return Span::none();
    }
    let what = ["do", "ask"].into_iter().find_map(|tag| message.payload.get(tag)?.as_str()).unwrap_or_default();
    let name = || format!("{} {}", topic.kind(), what.chars().take(LONGEST_NAME).collect::<String>());
    join(span!("consumer", name(), request_id = message.request_id), message.trace.as_deref())
}

/// A part of the work at hand that is over, with its own times; nothing where nothing is traced.
pub fn past(name: &str, from: SystemTime, to: SystemTime, failed: bool) {
    let context = Span::current().context();
    if !context.span().span_context().is_valid() {
        return;
    }
    let tracer = opentelemetry::global::tracer(TARGET);
    let mut span = tracer.span_builder(name.to_owned()).with_start_time(from).start_with_context(&tracer, &context);
    if failed {
        span.set_status(Status::error(""));
    }
    span.end_with_timestamp(to);
}

/// What the work at hand is to hand on, if it is traced.
pub fn current() -> Option<String> {
    let context = Span::current().context();
    let span = context.span();
    let span = span.span_context();
    let (trace, id, flags) = (span.trace_id(), span.span_id(), span.trace_flags().to_u8());
    span.is_valid().then(|| format!("{VERSION}-{trace}-{id}-{flags:02x}"))
}

/// Makes the span a part of the trace that came along; one that cannot be read is none.
pub fn join(span: Span, came_along: Option<&str>) -> Span {
    if !span.is_disabled()
        && let Some(parent) = came_along.and_then(read)
    {
        // Only a span that has begun refuses, and nobody has entered this one.
        let _ = span.set_parent(opentelemetry::Context::new().with_remote_span_context(parent));
    }
    span
}

fn read(text: &str) -> Option<SpanContext> {
    let mut parts = text.split('-');
    let (version, trace, span, flags) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let is_hex =
        |text: &str, length| text.len() == length && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if version != VERSION || !(is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2)) || parts.next().is_some() {
        return None;
    }
    let flags = TraceFlags::new(u8::from_str_radix(flags, 16).ok()?) & TraceFlags::SAMPLED;
    let (trace, span) = (TraceId::from_hex(trace).ok()?, SpanId::from_hex(span).ok()?);
    let context = SpanContext::new(trace, span, flags, true, TraceState::default());
    context.is_valid().then_some(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_standard_says_is_read() {
        let good = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let context = read(good).unwrap();
        assert!(context.is_remote() && context.is_sampled());
        assert_eq!(context.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
            "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-1",
        ] {
            assert!(read(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_is_not_traced_hands_nothing_on() {
        assert_eq!(current(), None);
    }
}
