"""The figures of the survival page, one file each."""
