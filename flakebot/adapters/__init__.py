"""The only places that do I/O. Each fulfils a port with one real tool; none judges, none words a text."""
