//! Use cases, a file each; only the desk holds the store.
