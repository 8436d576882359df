"""The calendar file: read back line by line, the same for the same data, harmless whatever a code says."""

import pandas as pd

from figures.calendar import LINE, calendar_bytes


def row(usubjid="P00001", visit="Day 100", due="2024-04-10", first="2024-04-10", last="2024-04-10"):
    return dict(
        USUBJID=usubjid,
        SITEID="C01",
        ASSESSCD="registry",
        ASSESS="Registry follow-up",
        VISIT=visit,
        FROMDT=pd.Timestamp(first),
        DUEDT=pd.Timestamp(due),
        TODT=pd.Timestamp(last),
    )


def lines(*rows):
    """The unfolded lines of a file."""
    content = calendar_bytes(pd.DataFrame(list(rows)), "Registry follow-up due", "2024-01-01")
    assert content.endswith(b"\r\n") and all(len(line) <= LINE for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").split("\r\n")[:-1]


def test_an_event_a_row_with_its_day():
    told = lines(row(), row("P00002", "Year 1", "2024-12-31"))
    assert told[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"] and told[-1] == "END:VCALENDAR"
    assert [line for line in told if line.startswith("DTSTART")] == [
        "DTSTART;VALUE=DATE:20240410",
        "DTSTART;VALUE=DATE:20241231",
    ]
    assert "DTEND;VALUE=DATE:20250101" in told  # the end is the day after
    assert "SUMMARY:P00001: Registry follow-up\\, Day 100" in told
    assert told.count("BEGIN:VEVENT") == told.count("END:VEVENT") == 2


def test_a_window_and_the_label_are_told():
    [words] = [line for line in lines(row(first="2024-03-01", last="2024-05-01")) if line.startswith("DESCRIPTION")]
    assert "Window 2024-03-01 to 2024-05-01." in words and "Not a medical device." in words


def test_the_same_rows_give_the_same_file_and_identifiers_differ_by_row():
    assert lines(row(), row("P00002")) == lines(row(), row("P00002"))
    uids = [line for line in lines(row(), row("P00002"), row(visit="Year 1")) if line.startswith("UID")]
    assert len(set(uids)) == 3


def test_a_code_cannot_break_out_of_its_line():
    told = lines(row("P1\r\nBEGIN:VEVENT;x,y\\" + "ü" * 80))
    assert told.count("BEGIN:VEVENT") == 1
    [summary] = [line for line in told if line.startswith("SUMMARY")]
    assert "\\;x\\,y\\\\" in summary
