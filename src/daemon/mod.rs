//! Loops that call turns.
