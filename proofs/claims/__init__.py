"""From results to claims: what is stated, and the evidence a checker needs.  One file for each kind."""
