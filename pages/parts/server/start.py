"""What the server does before it serves, and what stands before Streamlit while it does."""

from starlette.middleware import Middleware
from starlette.routing import Route

from pages.parts.server.allocator import give_back_freed_memory
from pages.parts.server.base import TellsBase
from pages.parts.server.exposure import SAID, is_open, refuse_exposure
from pages.parts.server.guard import Guard
from pages.parts.server.linear_algebra import one_processor_per_product
from pages.parts.server.log import LOG, write_log_as_json
from pages.parts.server.uploads import hold_in_memory
from pages.parts.server.warm import import_all_pages

MIDDLEWARE = [Middleware(Guard), Middleware(TellsBase)]


def before_serving() -> None:
    """Settle how memory is given back and how many processors a product takes; log as JSON; end the process unless it
    may run as it is configured; say when it is open."""
    give_back_freed_memory()
    one_processor_per_product()
    write_log_as_json()
    refuse_exposure()
    hold_in_memory()
    import_all_pages()
    if is_open():
        LOG.warning(SAID)


def routes() -> list[Route]:
    """What the server answers beside its pages. Imported after `before_serving`: it brings the whole dashboard along,
    for two seconds, and a server that must not run says so before."""
    from pages.parts.data.ready import READY
    from pages.parts.data.start import START

    return [*READY, *START]
