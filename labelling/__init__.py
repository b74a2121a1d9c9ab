"""People label: sheets and exports for labelling, what came back as corrections, and what to look at next."""
