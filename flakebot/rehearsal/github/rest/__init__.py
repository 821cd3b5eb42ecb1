"""GitHub's REST API, one module for each resource. Handlers run one at a time, under the world's lock."""
