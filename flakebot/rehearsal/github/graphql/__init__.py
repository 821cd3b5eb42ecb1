"""GitHub's GraphQL API, as far as gh, PyGithub and flakebot use it. A real schema and a real parser."""
