"""Updates as they happen: real Nix on inputs that grow, change and move. None of them may be refused."""
