"""How a change of a followed question is told: an Atom feed, a webhook, a mail."""
