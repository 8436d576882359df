"""Hand over a file and see what is wrong with it: the widgets, and the check in words while it goes on."""

from collections.abc import Callable

import streamlit as st

from data_access.bundle.report import counted, problems_csv
from data_access.sources.convert import READERS
from data_access.sources.files.found import ENDINGS
from data_access.try_file import Tried, try_file
from pages.parts.download import draw_plain_file
from pages.parts.server.log import report_error
from pages.parts.server.uploads import MEGABYTE, largest
from pages.parts.session.own_data import SCOPE, close_own, open_own
from pages.parts.session.state import session_memory

TRIED = "tried file"
BUNDLE = "bundle"
KINDS = {
    BUNDLE: "CSV bundle (ZIP)",
    "tables": "Any tables, with a mapping",
    "redcap": "REDCap export, with a mapping",
    "cdisc": "CDISC datasets (ZIP), with a mapping",
}
TYPES = {
    BUNDLE: ["zip"],
    "redcap": ["csv"],
    "cdisc": ["zip"],
    "tables": ["zip", *(ending.removeprefix(".") for ending in ENDINGS)],
}
BROKEN = "The file could not be checked."


def choose_own_file() -> Tried | None:
    """The widgets; what the last check found."""
    kind = st.selectbox("Kind of file", [BUNDLE, *READERS], format_func=KINDS.__getitem__, key="own:kind")
    at_most = f"At most {largest() // MEGABYTE} MB. It stays in the memory of this session."
    file = st.file_uploader("Your file", type=TYPES[kind], key=f"own:file:{kind}", help=at_most)
    mapping = None if kind == BUNDLE else st.file_uploader("Mapping file (TOML)", type="toml", key="own:mapping")
    is_whole = file is not None and (kind == BUNDLE or mapping is not None)
    if st.button("Check", key="own:check", disabled=not is_whole) and file is not None:
        reader, given = (None, None) if mapping is None else (kind, mapping.getvalue())
        _check(lambda tell: try_file(file.name, file.getvalue(), reader, given, tell))
    return session_memory(TRIED).get("found")


def _check(check: Callable[[Callable[[str, float], None]], Tried]) -> None:
    """Progress in words; what breaks is a sentence with an error id."""
    bar = st.progress(0.0, text="Reading the file")
    session_memory(TRIED).clear()
    try:
        session_memory(TRIED)["found"] = check(lambda what, share: _tell(bar, what, share))
    except Exception:
        st.error(f"{BROKEN} Error {report_error(BROKEN)}.")
    bar.empty()


def _tell(bar, what: str, share: float) -> None:
    words = what.removesuffix(".csv").replace("_", " ")
    bar.progress(min(max(share, 0.0), 1.0), text=f"Checking: {words}")


def draw_verdict(tried: Tried) -> None:
    """How many problems, and what can be done with the file now."""
    st.markdown(f"**{counted(tried.problems)}**")
    if tried.problems.total:
        draw_plain_file(
            "CSV: problems", lambda: problems_csv(tried.problems).encode("utf-8"), "problems.csv", "text/csv"
        )
    if not tried.is_right:
        st.info("It cannot be opened while there are errors. Mend them in your own file and hand it over again.")
    elif st.button("Open for this session only", key="own:open", type="primary"):
        open_own(tried)
        session_memory(TRIED).clear()
        st.rerun()


def offer_to_close(scope: str) -> bool:
    """While own data are open: what that means, and the way back. Whether they are."""
    if scope != SCOPE:
        return False
    st.info(
        "You are looking at your own file, in this session only. It is nowhere on the disk of the server, nobody else "
        "sees it, and it is gone when you close this page for a while."
    )
    if st.button("Close it", key="own:close"):
        close_own()
        st.rerun()
    return True
