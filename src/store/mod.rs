//! Questions to the store, in the desk words.
