"""The figures of the B-cell aplasia page, one file each."""
