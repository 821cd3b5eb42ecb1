"""git's smart HTTP: fetches and pushes through git http-backend, pushes judged before they are taken."""
