"""Tests of the sealing and its keys."""
