"""`/overview`: the start page under its own name (known as `/` only); and what a browser is told first."""

from starlette.requests import Request
from starlette.responses import RedirectResponse

from pages.parts.server.base import BASE
from pages.parts.server.paths import routes_of


async def to_start(request: Request) -> RedirectResponse:
    """To the folder the address stands in, so that a base path stays; what is chosen in the address goes along."""
    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./", 307, {"Cache-Control": "no-store"})


START = [*routes_of(to_start, "/overview"), *BASE]
