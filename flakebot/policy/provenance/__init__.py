"""Trace every changed input to somebody else's word for it. Decides on facts; never collects one."""
