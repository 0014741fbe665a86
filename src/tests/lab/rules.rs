//! What security groups let pass and what anti-spoofing stops: real packets between network namespaces that stand at the
//! ends of taps.

mod changes;
mod end;
mod matrix;
mod overlap;
mod reachability;
mod scene;
mod spoofing;
mod traffic;
