"""The stand-in's values in the shapes of GitHub's published API description. Pure."""
