"""The figures of the response page, one file each."""
