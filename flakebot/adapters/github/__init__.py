"""GitHub, through PyGithub: one class per power. Importing this costs nothing; each module is for who needs it."""
