"""One file a command: gather, judge, act. The world is reached through ports only."""
