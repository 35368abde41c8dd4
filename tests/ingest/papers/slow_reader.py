"""Stands in for the process that reads PDF files: it hangs, ends or answers by what it is given."""

import json
import os
import sys
import time

while head := sys.stdin.buffer.readline():
    data = sys.stdin.buffer.read(json.loads(head)["size"])
    if data == b"slow":
        time.sleep(30)
    if data == b"crash":
        os._exit(11)
    reply = b'{"pages": []}'
    sys.stdout.buffer.write(len(reply).to_bytes(8, "big") + reply)
    sys.stdout.buffer.flush()
