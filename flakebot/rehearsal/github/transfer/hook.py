"""git's pre-receive hook: hands a push to the stand-in and prints its refusal. Runs alone, imports nothing of ours."""

import json
import os
import socket
import sys

ADDRESS = "FLAKEBOT_REHEARSAL_HOOK"
"""Holds ``port:key``; the key names the push and is good for it alone."""
QUARANTINE = ("GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH")


def main() -> int:
    """Ask, print, and refuse with 1 unless the answer is to go on."""
    port, _, key = os.environ[ADDRESS].partition(":")
    question = {
        "key": key,
        "updates": [line.split() for line in sys.stdin],
        "quarantine": {name: os.environ[name] for name in QUARANTINE if name in os.environ},
    }
    with socket.create_connection(("127.0.0.1", int(port)), timeout=60) as connection:
        connection.sendall(json.dumps(question).encode() + b"\n")
        refusal = json.loads(connection.makefile().readline())
    if refusal is None:
        return 0
    sys.stderr.write(f"{refusal}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
