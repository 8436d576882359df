"""Whether people can sign in safely as it is configured: asked before the server serves."""

from pathlib import Path
from urllib.parse import urlsplit

from streamlit.runtime.secrets import secrets_singleton

from pages.parts.server.settings import LOCAL, OIDC, SHORTEST_SECRET, Settings, WrongSettings, secret_of

ASKED = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
NAMES_OF_HERE = ("localhost", "127.0.0.1", "::1")


def wrong_sign_in(settings: Settings) -> str | None:
    """Why the server must not run with this sign-in; None: it may, or nobody signs in."""
    if settings.sign_in == LOCAL:
        return None
    if not settings.access or not Path(settings.access).is_file():
        return "With sign-in the setting `access` must name the file that says who may what, got: no file."
    if settings.sign_in == OIDC:
        return _wrong_provider()
    try:
        secret_of(Path(settings.proxy_secret))
    except WrongSettings as problem:
        return str(problem)
    return None


def _wrong_provider() -> str | None:
    found = dict(secrets_singleton.get("auth", {})) if secrets_singleton.load_if_toml_exists() else {}
    missing = [name for name in ASKED if not found.get(name)]
    if missing:
        return f"[auth] of the secrets file must hold {', '.join(ASKED)}, got: none of {', '.join(missing)}."
    if (
        len(str(found["cookie_secret"])) < SHORTEST_SECRET
        or len(set(str(found["cookie_secret"]))) < SHORTEST_SECRET // 4
    ):
        return f"`cookie_secret` must be at least {SHORTEST_SECRET} letters of chance, got: fewer."
    if not all(_is_safe(str(found[name])) for name in ("redirect_uri", "server_metadata_url")):
        return "redirect_uri and server_metadata_url must begin with https://, got: something else."
    return None


def _is_safe(address: str) -> bool:
    """Within this machine no TLS is needed."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in NAMES_OF_HERE)
