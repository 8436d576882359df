"""Who can reach the dashboard. Without sign-in and without `open = true` only this machine."""

import functools
import ipaddress
import socket
import sys

import streamlit as st
from streamlit import config

from pages.parts.server.settings import LOCAL, Settings, WrongSettings, read_settings
from pages.parts.server.sign_in_settings import wrong_sign_in

EVERY_ADDRESS = "0.0.0.0"  # what Streamlit takes when it is told nothing
ONLY_HERE = (
    "The dashboard must listen on this machine only (server.address 127.0.0.1), got: an address that other machines "
    "can reach. Nobody signs in: whoever reaches it sees every patient. Let people sign in (docs/deployment.md), or, "
    "to open it all the same, write `open = true` into cohort.toml (docs/operating.md)."
)
NAMED_HOSTS = (
    "The host names under which the dashboard is visited must be listed in server.allowedHosts, got: every name. "
    "A web page from elsewhere could read the cohort through a visitor's browser (docs/operating.md)."
)
AS_SHIPPED = (
    "The options that keep it safe must be as in .streamlit/config.toml (docs/operating.md), got: another value of"
)
SAFE = {  # errors would show values, tables would leave unseen, pages of elsewhere could speak, another host be asked
    "client.showErrorDetails": "none",
    "client.disableDataExport": True,
    "server.enableCORS": True,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "browser.gatherUsageStats": False,
    "global.developmentMode": False,
}
SAID = "Open to the network without sign-in: everybody who can reach this address sees every patient of this cohort."


def is_loopback(address: str) -> bool:
    """Whether an address, or every address of a host name, belongs to this machine alone."""
    try:
        found = {info[4][0] for info in socket.getaddrinfo(address, None)}
    except (OSError, UnicodeError):
        return False
    return all(_is_loopback_number(number) for number in found)


@functools.cache
def _is_loopback_number(number: str) -> bool:
    ip = ipaddress.ip_address(number.split("%")[0])
    return (getattr(ip, "ipv4_mapped", None) or ip).is_loopback


@functools.cache
def settings() -> Settings:
    """The settings of this installation, read once. Raises WrongSettings."""
    return read_settings()


def is_open() -> bool:
    """Whether the settings open the dashboard to other machines without sign-in. Raises WrongSettings."""
    return settings().open and settings().sign_in == LOCAL


def may_be_reached() -> bool:
    """Whether other machines may reach the dashboard: people sign in, or it is open. Raises WrongSettings."""
    return settings().open or settings().sign_in != LOCAL


def drifted() -> list[str]:
    """The shipped options that keep a dashboard safe and are not as they were shipped."""
    return [name for name, shipped in SAFE.items() if str(config.get_option(name)) != str(shipped)]


def refusal() -> str | None:
    """Why the server must not run as it is configured; None: it may."""
    if changed := drifted():
        return f"{AS_SHIPPED} {', '.join(changed)}."
    try:
        if wrong := wrong_sign_in(settings()):
            return wrong
        if not may_be_reached() and not is_loopback(config.get_option("server.address") or EVERY_ADDRESS):
            return ONLY_HERE
    except WrongSettings as problem:
        return str(problem)
    hosts = [host.strip() for host in config.get_option("server.allowedHosts")]
    return NAMED_HOSTS if not hosts or "*" in hosts else None


def refuse_exposure() -> None:
    """End the process, with a sentence, unless it may run as it is configured."""
    if reason := refusal():
        sys.exit(f"The dashboard does not start. {reason}")


def say_exposure() -> None:
    """On every screen of an open dashboard: that it is open. A server that must not run shows that and nothing else,
    however it was started."""
    if reason := refusal():
        st.error(reason)
        st.stop()
    if is_open():
        st.warning(SAID)
