"""Words for reading the derived frames of literal patients: days from day 0 instead of dates.

Several patients may be asked at once (one derivation, answers in the order asked); ids are given here.
"""

from endpoints.catalogue import ENDPOINT
from endpoints.mrd import derive_mrd
from endpoints.response import RESPONSE, derive_response
from endpoints.time_to_event import derive_tte
from endpoints.visits import VISIT
from tests.literal import DAY0, study_of


def day(value):
    """Days from day 0; None where there is no date."""
    return None if value != value else (value - DAY0).days


def numbered(patients):
    """The same patients as P0001, P0002, ... in the order given."""
    return [
        {table: [row | {"patient_id": f"P{n:04d}"} for row in rows] for table, rows in one.items()}
        for n, one in enumerate(patients, start=1)
    ]


def cohort(*patients, **choices):
    """A study of the patients, numbered in the order given."""
    return study_of(*numbered(patients), **choices)


def milestones(name, *patients, **choices):
    """The day of a milestone, per patient."""
    return [day(value) for value in cohort(*patients, **choices).course[name]]


def milestone(name, one, **choices):
    """The day of one patient's milestone."""
    return milestones(name, one, **choices)[0]


def words(name, *patients, **choices):
    """What the milestones say in words, per patient; None where missing."""
    return [None if value != value else value for value in cohort(*patients, **choices).course[name]]


def word(name, one, **choices):
    """What one patient's milestones say in words."""
    return words(name, one, **choices)[0]


def adsl(one, **choices):
    """The ADSL row of one patient."""
    return cohort(one, **choices).adsl.iloc[0]


def derive(paramcd, *patients, **choices):
    """ADTTE rows and left-out patients of an endpoint."""
    study = cohort(*patients, **choices)
    return derive_tte(study.course, ENDPOINT[paramcd], study.rules)


def row(paramcd, one, **choices):
    """The ADTTE row of one patient."""
    return derive(paramcd, one, **choices).rows.iloc[0]


def outcomes(paramcd, *patients, **choices):
    """(AVAL, code of the event or 'censored') per patient; the reason for those left out."""
    derived = derive(paramcd, *patients, **choices)
    codes = ("censored", *(source.code for source in ENDPOINT[paramcd].causes))
    rows = derived.rows
    found = dict(
        zip(
            rows["USUBJID"], ((int(a), codes[c]) for a, c in zip(rows["AVAL"], rows["CAUSE"], strict=True)), strict=True
        )
    )
    found |= dict(zip(derived.left_out["USUBJID"], derived.left_out["REASON"], strict=True))
    return [found[one] for one in sorted(found)]


def outcome(paramcd, one, **choices):
    """(AVAL, code of the event or 'censored') of one patient; the reason if left out."""
    return outcomes(paramcd, one, **choices)[0]


def reason_out(paramcd, one, **choices):
    """Why one patient is not in the endpoint's population; None when the patient is in it."""
    reasons = derive(paramcd, one, **choices).left_out["REASON"].tolist()
    return reasons[0] if reasons else None


def responses(paramcd, *patients, **choices):
    """The class under a response definition, per patient."""
    return derive_response(cohort(*patients, **choices), RESPONSE[paramcd])["AVALC"].tolist()


def response(paramcd, one, **choices):
    """The class of one patient under a response definition."""
    return responses(paramcd, one, **choices)[0]


def mrds(visit, *patients, column="AVALC", **choices):
    """MRD at a visit, per patient."""
    return derive_mrd(cohort(*patients, **choices), VISIT[visit])[column].tolist()


def mrd(visit, one, **choices):
    """The MRD row of one patient at a visit."""
    return derive_mrd(cohort(one, **choices), VISIT[visit]).iloc[0]
