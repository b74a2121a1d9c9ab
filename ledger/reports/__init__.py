"""Reports from counts: one facts record, drawn as a page, a workbook and a Word file."""
