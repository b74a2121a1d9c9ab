"""Diaries and labelled examples: what reads them, what writes them, and the data that ships."""
