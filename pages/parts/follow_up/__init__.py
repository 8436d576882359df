"""The figures of the follow-up page, one file each."""
