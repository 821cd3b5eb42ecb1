"""Judge a proposed update. No I/O, no clock, no environment."""
