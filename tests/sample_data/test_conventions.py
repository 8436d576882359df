"""Each convention that decides a case has somebody in the sample to show it: counted without any code of the app."""

import pandas as pd
import pytest

from tests.sample_data.conftest import dated


class Seen:
    """The committed tables with dates as dates, and the day 0 of each infused patient."""

    def __init__(self, committed):
        self.tables = {name: dated(rows) for name, rows in committed.items()}
        courses = self.tables["treatment_course"]
        self.day0 = courses.groupby("patient_id")["infusion_date"].min().dropna()
        self.death = self.tables["patient"].set_index("patient_id")["death_date"]

    def rows(self, table, date="date", **is_one_of):
        """Rows of infused patients with `day` from day 0 on."""
        rows = self.tables[table]
        for column, codes in is_one_of.items():
            rows = rows[rows[column].isin(codes)]
        rows = rows[rows["patient_id"].isin(self.day0.index)]
        return rows.assign(day=(rows[date] - rows["patient_id"].map(self.day0)).dt.days)

    def pairs(self, one, other):
        """Every row of one table beside every row of the other of the same patient: day_x, day_y, ..."""
        return one.merge(other, on="patient_id")

    def first_remission(self):
        return (
            self.rows("response_assessment", response=["CR", "CRi"])
            .query("day >= 14")
            .groupby("patient_id")["day"]
            .min()
        )

    def relapse(self):
        rows = self.rows("relapse", level=["morphologic", "extramedullary"])
        return rows[rows["day"] > 0].groupby("patient_id")["day"].min()


@pytest.fixture(scope="module")
def seen(committed):
    return Seen(committed)


def prior_transplant_no_beside_a_row(s):
    rows = s.rows("transplant").query("day < 0")
    said = s.tables["patient"].set_index("patient_id")["prior_transplant"]
    return (said.reindex(rows["patient_id"]) == "no").sum()


def allogeneic_and_autologous_before(s):
    return s.rows("transplant").query("day < 0")["kind"].nunique() - 1


def molecular_row_coded_relapse(s):
    coded = s.rows("response_assessment", response=["RELAPSE"])
    close = s.pairs(s.rows("relapse", level=["molecular"]), coded)
    return ((close["day_x"] - close["day_y"]).abs() <= 30).sum()


def relapse_and_death_on_one_day(s):
    days = (s.death - s.day0).dt.days
    return (s.relapse() == days.reindex(s.relapse().index)).sum()


def transplant_in_doubt_between_two_remissions(s):
    doubt = s.rows("transplant", disease_status=["not_in_remission"]).query("day > 0")
    both = s.pairs(doubt, s.rows("response_assessment", response=["CR", "CRi"]))
    first, last = (both.groupby("patient_id")["day_y"].agg(f) for f in ("min", "max"))
    day = both.groupby("patient_id")["day_x"].first()
    return ((first < day) & (day < last) & ~(s.relapse().reindex(day.index) < day)).sum()


def no_remission_on_day_28_then_transplant(s):
    none = s.rows("response_assessment", response=["NR"]).query("14 <= day <= 45")
    both = s.pairs(none, s.rows("transplant").query("45 < day <= 130"))
    return (~(s.first_remission().reindex(both["patient_id"]).to_numpy() < both["day_y"].to_numpy())).sum()


def tki_before_the_first_remission(s):
    tki = s.rows("subsequent_therapy", kind=["tki"]).query("day > 0")
    return (tki["day"].to_numpy() < s.first_remission().reindex(tki["patient_id"]).to_numpy()).sum()


def last_b_cell_sample_over_the_rule_then_an_event(s):
    samples = s.rows("b_cell_assessment").query("day >= 14").sort_values("day")
    last = samples.groupby("patient_id").tail(1).set_index("patient_id")
    over = last[pd.to_numeric(last["cd19_pct_lymphocytes"]) >= 3]["day"]
    before = (
        samples[samples["day"] < samples["patient_id"].map(over)].groupby("patient_id").tail(1).set_index("patient_id")
    )
    below = before.index[pd.to_numeric(before["cd19_pct_lymphocytes"]) < 3]
    graft = s.rows("transplant").query("day > 0").groupby("patient_id")["day"].min()
    event = pd.concat([s.relapse(), graft, (s.death - s.day0).dt.days], axis=1).min(axis=1)
    return (event.reindex(below) > over.reindex(below)).sum()


def two_relapse_rows_of_one_day(s):
    rows = s.rows("relapse").query("day > 0")
    return (rows.duplicated(["patient_id", "date"], keep=False) & (rows["cd19_status"] == "")).sum()


def remission_then_no_remission_without_relapse(s):
    none = s.rows("response_assessment", response=["NR"])
    after = none[none["day"] > s.first_remission().reindex(none["patient_id"]).to_numpy()]
    told = s.rows("response_assessment", response=["RELAPSE"]).groupby("patient_id")["day"].min()
    ends = pd.concat([told, s.relapse()], axis=1).min(axis=1)
    return (~(ends.reindex(after["patient_id"]).to_numpy() <= after["day"].to_numpy())).sum()


def below_the_limit_beside_a_value_over_the_rule(s):
    rows = s.tables["b_cell_assessment"]
    return ((rows["below_limit"] == "yes") & (pd.to_numeric(rows["cd19_pct_lymphocytes"]) >= 3)).sum()


def count_of_b_cells_without_percentage(s):
    rows = s.tables["b_cell_assessment"]
    return ((rows["cd19_pct_lymphocytes"] == "") & (rows["cd19_per_ul"] != "")).sum()


def remission_before_day_14(s):
    return len(s.rows("response_assessment", response=["CR", "CRi"]).query("0 < day < 14"))


def autologous_transplant_after_infusion(s):
    return len(s.rows("transplant", kind=["autologous"]).query("day > 0"))


def antibody_in_the_two_months_before_a_transplant(s):
    given = s.rows("subsequent_therapy", kind=["blinatumomab", "inotuzumab"])
    both = s.pairs(given, s.rows("transplant").query("day > 0"))
    return (both["day_y"] - both["day_x"]).between(0, 60).sum()


def new_therapy_between_two_remissions(s):
    new = s.rows("subsequent_therapy", kind=["chemotherapy", "blinatumomab", "inotuzumab", "dli", "other"])
    new = new[new["day"] > s.first_remission().reindex(new["patient_id"]).to_numpy()]
    later = s.pairs(new, s.rows("response_assessment", response=["CR", "CRi"])).query("day_y > day_x")
    relapse = s.relapse().reindex(later["patient_id"]).to_numpy()
    return later[~(relapse <= later["day_y"].to_numpy())]["patient_id"].nunique()


def infused_without_enrolment_and_apheresis(s):
    courses = s.tables["treatment_course"]
    infused = courses["infusion_date"].notna() & (courses["course_number"] == "1")
    return (infused & courses["enrolment_date"].isna() & courses["apheresis_date"].isna()).sum()


def second_enrolment_after_a_failed_manufacture(s):
    courses = s.tables["treatment_course"]
    again = courses[(courses["course_number"] == "2") & (courses["course_intent"] == "index")]["patient_id"]
    return courses[courses["patient_id"].isin(again) & (courses["manufacturing_outcome"] == "failed")][
        "patient_id"
    ].nunique()


def death_without_cause(s):
    patient = s.tables["patient"]
    return (patient["death_date"].notna() & (patient["cause_of_death"] == "")).sum()


def old_cause_of_death(s):
    return (s.tables["patient"]["cause_of_death"] == "crs_icans_hlh").sum()


def first_b_cell_sample_after_day_100(s):
    rows = s.rows("b_cell_assessment")
    usable = rows[rows["day"] >= s.first_remission().reindex(rows["patient_id"]).to_numpy()]
    return (usable.groupby("patient_id")["day"].min() > 100).sum()


def leukaemia_free_marrow(s):
    return len(s.rows("response_assessment", response=["MLFS"]))


def second_malignancy(s):
    return len(s.rows("second_malignancy", "diagnosis_date").query("day > 0"))


def late_haematotoxicity(s):
    return len(s.rows("adverse_event", "onset_date", kind=["ICAHT"]).query("day > 30"))


def infection_as_cause_of_death(s):
    return len(s.rows("infection", "onset_date", grade=["5"]))


SHOWN = (
    prior_transplant_no_beside_a_row,
    allogeneic_and_autologous_before,
    molecular_row_coded_relapse,
    relapse_and_death_on_one_day,
    transplant_in_doubt_between_two_remissions,
    no_remission_on_day_28_then_transplant,
    tki_before_the_first_remission,
    last_b_cell_sample_over_the_rule_then_an_event,
    two_relapse_rows_of_one_day,
    remission_then_no_remission_without_relapse,
    below_the_limit_beside_a_value_over_the_rule,
    count_of_b_cells_without_percentage,
    remission_before_day_14,
    autologous_transplant_after_infusion,
    antibody_in_the_two_months_before_a_transplant,
    new_therapy_between_two_remissions,
    infused_without_enrolment_and_apheresis,
    second_enrolment_after_a_failed_manufacture,
    death_without_cause,
    old_cause_of_death,
    first_b_cell_sample_after_day_100,
    leukaemia_free_marrow,
    second_malignancy,
    late_haematotoxicity,
    infection_as_cause_of_death,
)


@pytest.mark.parametrize("convention", SHOWN, ids=lambda c: c.__name__)
def test_the_sample_shows(seen, convention):
    assert convention(seen) >= 1


def test_no_mrd_of_1_percent_or_more_stands_within_7_days_of_a_remission(seen):
    near = seen.pairs(seen.rows("mrd_assessment"), seen.rows("response_assessment", response=["CR", "CRi"]))
    near = near[(near["day_x"] - near["day_y"]).abs() <= 7]
    assert len(near) > 500 and not (pd.to_numeric(near["level"]) >= 0.01).any()
