"""Files of papers to records."""
