"""OpenPGP as GitHub practises it: keys of accounts, verification with reasons, and GitHub's own signature."""
