"""The figures of the relapse page, one file each."""
