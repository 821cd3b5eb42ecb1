"""Requests in and answers out: who asks, what the token may do, pages, headers. Knows no resource."""
