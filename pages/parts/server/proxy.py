"""Whom the proxy names. A name counts only beside the words by which the proxy is known: any program of this machine
could send the same header from the same address."""

import functools
import hmac
from pathlib import Path

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Scope

from pages.parts.access.identity import GROUPS, PROOF, USER
from pages.parts.server.exposure import settings
from pages.parts.server.settings import HEADER, secret_of


def named(scope: Scope) -> tuple[Scope, bool]:
    """The request with the headers that only the proxy may set, or without them, whoever sent them; whether it may go
    on: with sign-in by a proxy, only what the proxy passes on."""
    headers, configured = Headers(scope=scope), settings()
    is_proxied = configured.sign_in == HEADER
    sent = {name: headers.getlist(name) for name in (configured.user_name, configured.groups_name)}
    is_known = is_proxied and _is_proof(headers.getlist(PROOF))
    kept = MutableHeaders(raw=list(scope["headers"]))
    for name in (PROOF, USER, GROUPS, *(sent if is_proxied else ())):
        del kept[name]
    if is_known and len(sent[configured.user_name]) == 1:
        kept[USER] = sent[configured.user_name][0]
        kept[GROUPS] = ",".join(sent[configured.groups_name])
    return {**scope, "headers": kept.raw}, is_known or not is_proxied


def _is_proof(shown: list[str]) -> bool:
    return len(shown) == 1 and hmac.compare_digest(shown[0].encode(), _secret(settings().proxy_secret).encode())


@functools.cache
def _secret(path: str) -> str:
    return secret_of(Path(path))
