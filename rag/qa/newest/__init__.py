"""The newest of several reports: counts that grow, offices that change hands."""
