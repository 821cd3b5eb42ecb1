"""The stand-in GitHub, asked by real clients."""
