"""A count for somebody who may see no small numbers: the one place where it is decided how it is shown."""

BASE = 5  # what is shown is a multiple of it, so that two cohorts that differ by one patient cannot be compared


def shown_count(n: int, smallest: int) -> int | None:
    """The count as it may be seen; None of one that is hidden. smallest: 0 hides and rounds nothing."""
    if not smallest:
        return int(n)
    return None if 0 < n < smallest else int(BASE * round(n / BASE))


def count_words(n: int, smallest: int) -> str:
    """The same in words: '82', 'about 80', 'fewer than 8'."""
    seen = shown_count(n, smallest)
    if seen is None:
        return f"fewer than {smallest}"
    return f"about {seen}" if smallest and seen else str(seen)


def rows_words(n: int, smallest: int) -> str:
    """The same of rows, of which there are many: '12,400'."""
    return count_words(n, smallest) if smallest else f"{n:,}"


def n_words(n: int, smallest: int) -> str:
    """The same beside a name: 'n = 82', 'n < 8'."""
    seen = shown_count(n, smallest)
    return f"n < {smallest}" if seen is None else f"n = {seen}"
