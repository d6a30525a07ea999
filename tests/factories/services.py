"""Finds every service call by introspection: the public functions of ``core.queries`` and ``core.actions`` that take
``by: Actor``. A call about a patient already reached (``patient: Patient``) is a part of another one."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any

import core.actions
import core.queries
from core.access.actor import Actor
from models import Patient

Call = Callable[..., Any]


def public_functions(package: Any) -> Iterator[tuple[str, Call]]:
    """``queries.alerts.alerts_of`` and the function, for each one defined (not imported) in the package."""
    for found in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        module = importlib.import_module(found.name)
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_"):
                yield f"{module.__name__.removeprefix('core.')}.{name}", function


def _takes(function: Call, name: str, kind: type) -> bool:
    parameter = inspect.signature(function).parameters.get(name)
    return parameter is not None and parameter.annotation is kind


def _only_asks(name: str) -> bool:
    """``may_…`` and ``can_…`` answer yes or no and give nothing away."""
    return name.rsplit(".", 1)[1].startswith(("may_", "can_"))


def service_calls() -> dict[str, Call]:
    """Every call that acts for a person and finds the patient (if any) by itself."""
    found = everything_with_by().items()
    return {name: f for name, f in found if not _takes(f, "patient", Patient) and not _only_asks(name)}


def parts() -> dict[str, Call]:
    """Every piece of a call: acts for a person on a patient that the call has reached."""
    return {name: f for name, f in everything_with_by().items() if _takes(f, "patient", Patient)}


def everything_with_by() -> dict[str, Call]:
    """Both of them."""
    found = [*public_functions(core.queries), *public_functions(core.actions)]
    return {name: function for name, function in found if _takes(function, "by", Actor)}
