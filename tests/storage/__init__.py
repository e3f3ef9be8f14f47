"""Tests of the store: schema, queries, the import of the organisation."""
