"""What people read: commit message, pull request, comments, step summary. Values in, text out. No I/O."""
