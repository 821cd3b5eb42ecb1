"""What the stand-in remembers: accounts, tokens, repositories and what happens in them. No I/O besides git."""
