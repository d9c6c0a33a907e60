//! Letter and what is known of it → events. Pure.
