//! The integration tests of populace: one binary, a module a subject.
