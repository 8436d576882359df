"""The figures of the overview, one file each."""
