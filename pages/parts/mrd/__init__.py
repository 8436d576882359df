"""The figures of the MRD page, one file each."""
