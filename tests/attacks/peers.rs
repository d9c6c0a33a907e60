//! Bugs of other help desks that cost their users dearly, played on this one.
