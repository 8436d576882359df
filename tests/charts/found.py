"""The builders of charts/ and their examples, found by listing both rooms."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import ModuleType

import charts
from tests.charts import examples
from tests.charts.examples import Example


def modules(package: ModuleType) -> Iterator[ModuleType]:
    """Every module of a package, imported."""
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        yield importlib.import_module(info.name)


def _builders() -> dict[str, Callable[..., dict]]:
    """{name: builder}: what a file of the room itself declares and gives memoised (`charts.spec.memoised_spec`)."""
    return {
        name: member
        for module in modules(charts)
        for name, member in vars(module).items()
        if inspect.isfunction(member) and member.__module__ == module.__name__ and hasattr(member, "__wrapped__")
    }


BUILDERS = _builders()
EXAMPLES: dict[str, Example] = {
    name: example for module in modules(examples) for name, example in module.EXAMPLES.items()
}
