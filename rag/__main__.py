"""``python -m rag`` is the command ``rag``."""

from rag.cli.commands import main

main()
