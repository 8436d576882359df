"""The same endpoint censored at last contact: what if who is no longer assessed is not like who still is?"""

from dataclasses import replace

from endpoints.sources import LAST_CONTACT
from endpoints.time_to_event import LAST_ASSESSMENT, TimeToEvent

SUFFIX = "LC"
WORDS = (
    "Sensitivity analysis: without event censored at last contact in place of the last evaluable response or MRD "
    "assessment, as if whoever was in contact had been in remission until then. Where the two curves part, patients "
    "left assessment long before they left contact."
)


def is_asked(endpoint: TimeToEvent) -> bool:
    """Whether the endpoint is censored at an assessment of the disease: of survival there is nothing to ask."""
    return endpoint.censor == LAST_ASSESSMENT


def at_last_contact(endpoint: TimeToEvent) -> TimeToEvent:
    """The endpoint with its censoring moved. ValueError for one that is not censored at an assessment."""
    if not is_asked(endpoint):
        raise ValueError(f"An endpoint must be censored at the last assessment, got: {endpoint.paramcd}")
    return replace(
        endpoint,
        paramcd=f"{endpoint.paramcd}{SUFFIX}",
        param=f"{endpoint.param}, censored at last contact",
        definition=f"{endpoint.definition} {WORDS}",
        censor=LAST_CONTACT,
    )
