"""Attacks on a lock and on the pull request that carries it: each a line, the rule that must catch it, and its forgery.

``python -m tests.attacks`` prints them by rule, with what becomes of them without it and what proves them.
"""
