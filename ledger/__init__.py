"""Needs over time: the store, what is linked and counted in it, the reports drawn from it, and privacy."""
