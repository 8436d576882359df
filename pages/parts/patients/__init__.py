"""The patients page: the table, and one patient's story."""
