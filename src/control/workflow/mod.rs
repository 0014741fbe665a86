//! What makes long work safe: the outbox, the timeline, the reconcilers.
