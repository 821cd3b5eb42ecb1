"""Ask hosts and Nix where content comes from, in parallel and within limits. Never judges, never writes."""
