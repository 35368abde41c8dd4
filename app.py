"""The chat: ``python app.py`` serves it on HOST:PORT (127.0.0.1:7860), as ``rag chat`` does."""

import sys

from rag.chat.server import main

if __name__ == "__main__":
    sys.exit(main())
