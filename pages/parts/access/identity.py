"""Who is there: the local user, a person of the provider (OIDC), or whom the proxy names (header)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pages.parts.access.grants import ALL
from pages.parts.access.roles import EXACT, FILES, PATIENTS, may_open

PROOF, USER, GROUPS = "x-cohort-proxy", "x-cohort-user", "x-cohort-groups"  # as the guard passes them on
LONGEST_NAME = 200


@dataclass(frozen=True)
class Viewer:
    """Who looks, and what of. rights: what they may do; sites: whose patients, None: all; scope: of the figures, in
    every key. smallest: counts below it are hidden, 0: none are."""

    name: str
    rights: frozenset[str]
    sites: tuple[str, ...] | None = None
    smallest: int = 0

    def may(self, right: str) -> bool:
        """Whether they have a right."""
        return right in self.rights

    def scope_on(self, page: str) -> str:
        """What a page reads for them: figures of a clinician are of the whole cohort, everything else of the granted
        sites. `all`, or the codes of the sites in one text that no other list of codes has."""
        whole = self.sites is None or (self.may(EXACT) and may_open(self.rights - {PATIENTS}, page))
        return ALL if whole else scope_of(self.sites or ())

    @property
    def may_take_files(self) -> bool:
        """Whether files leave for them."""
        return self.may(FILES)


def scope_of(sites: tuple[str, ...]) -> str:
    """The text of a list of sites: the length of each stands before it, so that none runs into the next."""
    return "sites " + "".join(f"{len(site)}:{site}" for site in sorted(sites))


def texts_of(found: Any) -> tuple[str, ...]:
    """The texts of a claim that may be one text, a list or nothing; of a header, parted by commas."""
    if isinstance(found, str):
        return tuple(part.strip() for part in found.split(",") if part.strip())
    return tuple(str(part) for part in found) if isinstance(found, (list, tuple)) else ()


def name_in(claims: Mapping[str, Any], name: str) -> str:
    """The text of a claim that says who somebody is; "" where it says nothing."""
    found = claims.get(name)
    return found.strip()[:LONGEST_NAME] if isinstance(found, str) else ""
