"""The figures of the data-quality page, one file each."""
