"""Which revision an input may move to, when its newest one is too young. No I/O, no clock, no judgement of a lock."""
