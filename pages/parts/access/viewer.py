"""viewer(): the one place where it is decided who looks. Asked at every run; a page goes on only for who may see it."""

import functools
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import streamlit as st

from data_access.audit import REFUSED, NotAudited, record
from figures.labels import escape_markdown, one_line
from pages.parts.access.grants import AccessFile, Grant
from pages.parts.access.identity import GROUPS, LONGEST_NAME, USER, Viewer, name_in, texts_of
from pages.parts.access.roles import EVERYTHING, EXACT, may_open, rights_of
from pages.parts.access.sign_in import SignIns
from pages.parts.server.exposure import settings
from pages.parts.server.log import report_error
from pages.parts.server.settings import HEADER, LOCAL, OIDC, WrongSettings
from pages.parts.session.state import draws_a_figure_only, session_memory

LOCAL_VIEWER = Viewer("local", EVERYTHING)
STRANGER = "You are signed in, and nothing is granted to you here. Ask the administrator of this dashboard."
NOT_THIS_PAGE = "Your role does not include this page."
SIGN_IN = "Sign in to see this cohort."
NO_PROXY = "This dashboard is reached through its proxy only."
NO_ACCESS_FILE = "Who may see this cohort cannot be read at the moment."
LOOK_EVERY = 60  # seconds: how soon an idle screen is emptied
SIGN_INS = SignIns()  # of the process


def viewer(page: str = "") -> Viewer:
    """Who looks at a page, when they may; else one sentence, and the page ends. page: its code, "" for none."""
    if settings().sign_in == LOCAL:
        return LOCAL_VIEWER
    claims, groups = _signed_in()
    name = claims["name"]
    grant = _grant_of(name, groups)
    if grant is None:
        note("sign_in", name, REFUSED)
        _refuse(STRANGER, _offer_sign_out)
    note("sign_in", name, roles=list(grant.roles))
    rights = rights_of(grant.roles)
    if page and not may_open(rights, page):
        note("page", name, REFUSED, page=page)
        _refuse(NOT_THIS_PAGE, _offer_sign_out)
    if not draws_a_figure_only():
        _watch_idleness(claims)
        _draw_person(name)
    who = _viewer_of(name, grant)
    session_memory("viewer")["still"] = functools.partial(_is_still, who, claims, groups)
    return who


def _viewer_of(name: str, grant: Grant) -> Viewer:
    rights = rights_of(grant.roles)
    return Viewer(name, rights, grant.sites, 0 if EXACT in rights else settings().small_cells)


def _is_still(who: Viewer, claims: dict[str, Any], groups: tuple[str, ...]) -> bool:
    """Whether somebody is signed in as at the last run of the page, with what was granted then: asked between two runs,
    when a file is to leave."""
    if SIGN_INS.refusal(claims, time.time(), is_use=False):
        return False
    try:
        grant = _access_file(settings().access).grant_of(who.name, groups)
    except WrongSettings:
        return False
    return grant is not None and _viewer_of(who.name, grant) == who


def _signed_in() -> tuple[dict[str, Any], tuple[str, ...]]:
    """Claims (`name` among them) and groups of whoever is signed in; for nobody the page ends."""
    return _from_provider() if settings().sign_in == OIDC else _from_proxy()


def _from_provider() -> tuple[dict[str, Any], tuple[str, ...]]:
    if not st.user.get("is_logged_in"):
        _refuse(SIGN_IN, _offer_sign_in)
    said: dict[str, Any] = dict(st.user)
    claims = said | {"name": name_in(said, settings().user_name)}
    why = SIGN_INS.refusal(claims, time.time())
    if why or not claims["name"]:
        note("sign_in", claims["name"] or "unnamed", REFUSED, why=why or "no name")
        _refuse(why or STRANGER, _offer_sign_in)
    return claims, texts_of(claims.get(settings().groups_name))


def _from_proxy() -> tuple[dict[str, Any], tuple[str, ...]]:
    """The guard has taken away what did not come from the proxy; a session begins with its first run."""
    headers, memory = st.context.headers, session_memory("since")
    name = one_line(headers.get(USER, ""), LONGEST_NAME).strip()
    if not name:
        _refuse(NO_PROXY)
    began = memory.setdefault("iat", time.time())
    claims = {"iss": HEADER, "sub": name, "name": name, "iat": began, "exp": math.inf, "nonce": id(memory)}
    if why := SIGN_INS.refusal(claims, time.time()):
        note("sign_in", name, REFUSED, why=why)
        _refuse(f"{why} Load this page again.")
    return claims, texts_of(headers.get(GROUPS, ""))


@functools.cache
def _access_file(path: str) -> AccessFile:
    return AccessFile(Path(path))


def _grant_of(name: str, groups: tuple[str, ...]) -> Grant | None:
    try:
        return _access_file(settings().access).grant_of(name, groups)
    except WrongSettings:
        _refuse(f"{NO_ACCESS_FILE} Error {report_error(NO_ACCESS_FILE)}.")


def note(action: str, name: str, outcome: str = "done", **facts) -> None:
    """One line of the audit log per session for the same thing. Nobody goes on without it."""
    said = session_memory("audited")
    if said.get(action) == [name, outcome, facts]:
        return
    try:
        record(action, name, outcome, **facts)
    except NotAudited as problem:
        _refuse(f"{problem.sentence} Error {report_error(problem.sentence)}.")
    said[action] = [name, outcome, facts]


def _refuse(sentence: str, offer: Callable[[], None] = lambda: None) -> NoReturn:
    st.warning(escape_markdown(sentence))
    offer()
    st.stop()


def _offer_sign_in() -> None:
    if st.button("Sign in", type="primary"):
        st.login()


def _offer_sign_out() -> None:
    if st.button("Sign out"):
        sign_out()


def sign_out() -> None:
    """In this tab and every other of this sign-in."""
    if settings().sign_in == OIDC:
        claims = dict(st.user)
        note("sign_out", name_in(claims, settings().user_name))
        SIGN_INS.end(claims)
        st.logout()


def _watch_idleness(claims: dict[str, Any]) -> None:
    """What stands on a screen that nobody uses goes away by itself: the run that this asks for finds the sign-in
    locked. Looking is no use of the dashboard."""

    @st.fragment(run_every=LOOK_EVERY)
    def look():
        if SIGN_INS.refusal(claims, time.time(), is_use=False):
            st.rerun()

    look()


def _draw_person(name: str) -> None:
    with st.sidebar:
        st.text(f"Signed in: {one_line(name)}")
        if settings().sign_in == OIDC:
            st.button("Sign out", on_click=sign_out)
