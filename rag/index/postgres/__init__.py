"""An index on servers: PostgreSQL for text, words and the manifest, Chroma's server for vectors."""
