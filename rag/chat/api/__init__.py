"""For programs that speak OpenAI's protocol, and for balancers: what the chat's server answers beside its pages."""
