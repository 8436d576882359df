"""A second cohort takes the place of the first: every page follows.

The bundle is drawn from another seed and then edited by hand: a centre renamed, ten patients removed with all their
rows, a product added and given to twenty patients, another title and an earlier data cut-off. It is loaded by the
command line into a new database, and what the pages say is recounted from the edited CSV files, with nothing of the
app's own code.
"""

import csv
import datetime
import json
import subprocess
import sys
from collections import Counter, defaultdict
from functools import cached_property

import pytest
from streamlit.testing.v1 import AppTest

from sample_data.generate import generate
from tests.pages.twelve import PAGES, ROOT, app_reads, figures, number, open_page, patients_line, plain, visit

CUTOFF = "2026-06-30"
TITLE = "A second cohort"
NEW = dict(
    product_code="NEWC",
    name="newcabtagene autoleucel",
    target_antigens="CD22",
    specificity="mono",
    cell_source="autologous",
    costimulatory_domain="other",
    status="investigational",
)
REMOVED = [f"P{n:05d}" for n in range(5, 200, 20)]
MONTH = 30.4375


# The hand edit ----------------------------------------------------------------------------------------------------


def rows_of(folder, table):
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rewrite(folder, table, rows):
    with (folder / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def edit(folder):
    """What somebody with a spreadsheet would do; the manifest is refreshed by its own command line."""
    for path in sorted(folder.glob("*.csv")):
        rows = [r for r in rows_of(folder, path.stem) if r.get("patient_id") not in REMOVED]
        rewrite(folder, path.stem, rows)
    rewrite(
        folder,
        "patient",
        [r | {"site_code": "Lyon" if r["site_code"] == "C03" else r["site_code"]} for r in rows_of(folder, "patient")],
    )
    rewrite(folder, "product", [*rows_of(folder, "product"), NEW])
    courses = rows_of(folder, "treatment_course")
    given = set(list(dict.fromkeys(r["patient_id"] for r in courses if r["product_code"] == "TISA"))[:20])
    rewrite(
        folder,
        "treatment_course",
        [r | ({"product_code": "NEWC"} if r["patient_id"] in given else {}) for r in courses],
    )
    manifest = json.loads((folder / "manifest.json").read_text("utf-8")) | {"title": TITLE, "data_cutoff": CUTOFF}
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    command("data_access.manifest", folder)


def command(module, *arguments):
    """`python -m module arguments`, as README says it; gives what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", module, *map(str, arguments)], cwd=ROOT, check=True, text=True, capture_output=True
    )
    return done.stdout


# The recount ------------------------------------------------------------------------------------------------------


class Recount:
    """The edited files, patient by patient. Dates are ISO text, which sorts as dates do."""

    def __init__(self, folder):
        self.rows = {path.stem: rows_of(folder, path.stem) for path in folder.glob("*.csv")}
        self.of = {name: _by_patient(rows) for name, rows in self.rows.items() if name != "product"}
        self.patients = {r["patient_id"]: r for r in self.rows["patient"]}

    @cached_property
    def enrolled(self):
        """Patients with a course that had begun by the cut-off."""
        return {
            p
            for p in self.patients
            for c in self.of["treatment_course"][p]
            if known(min(filter(None, (c["enrolment_date"], c["apheresis_date"], c["infusion_date"])), default="0"))
        }

    @cached_property
    def index(self):
        """The infused: patient -> the course of lowest number that was infused by the cut-off."""
        infused = {}
        for patient in self.enrolled:
            courses = [c for c in self.of["treatment_course"][patient] if known(c["infusion_date"])]
            if courses:
                infused[patient] = min(courses, key=lambda c: int(c["course_number"]))
        return infused

    def day(self, patient, date):
        """Days from day 0."""
        return days(self.index[patient]["infusion_date"], date)

    def due(self, last):
        return sum(days(c["infusion_date"], CUTOFF) >= last for c in self.index.values())

    def after(self, table, patient):
        """The rows of a patient after day 0 and up to the cut-off, in time order."""
        rows = [r for r in self.of[table][patient] if known(r["date"]) and self.day(patient, r["date"]) > 0]
        return sorted(rows, key=lambda r: r["date"])

    @cached_property
    def remission(self):
        """patient -> date of the first CR or CRi on day >= 14, before any new therapy."""
        return {p: date for p in self.index if (date := self._remission(p))}

    def _remission(self, patient):
        answers = self.after("response_assessment", patient)
        found = [r["date"] for r in answers if r["response"] in ("CR", "CRi") and self.day(patient, r["date"]) >= 14]
        return next((date for date in found if date <= self._therapy(patient)), None)

    def _relapse(self, patient, since):
        rows = [r for r in self.after("relapse", patient) if r["date"] > since]
        relapsed = [
            r["date"]
            for r in self.after("response_assessment", patient)
            if r["response"] == "RELAPSE" and r["date"] > since and not is_molecular(r["date"], rows)
        ]
        relapsed += [r["date"] for r in rows if r["level"] != "molecular"]
        return min(relapsed, default="9999")

    def _therapy(self, patient):
        """The first new therapy: TKI and maintenance are none, an autologous transplant is one."""
        therapy = [
            r["date"] for r in self.after("subsequent_therapy", patient) if r["kind"] not in ("tki", "maintenance")
        ]
        therapy += [r["date"] for r in self.after("transplant", patient) if r["kind"] == "autologous"]
        therapy += [
            c["infusion_date"]
            for c in self.of["treatment_course"][patient]
            if known(c["infusion_date"]) and self.day(patient, c["infusion_date"]) > 0
        ]
        return min(therapy, default="9999")

    @cached_property
    def untouched(self):
        """Patients in first remission who were not transplanted before it."""
        return [
            p
            for p, date in self.remission.items()
            if not any(r["kind"] == "allogeneic" and r["date"] < date for r in self.after("transplant", p))
        ]

    def with_aplasia(self):
        """Of these, who has a usable B-cell sample from remission to relapse, transplant, new therapy or death."""
        return sum(
            any(
                usable(r) and self.remission[p] <= r["date"] <= self._end(p) for r in self.after("b_cell_assessment", p)
            )
            for p in self.untouched
        )

    def transplanted_in_remission(self):
        """Of the untouched, whose allogeneic transplant is recorded in remission and not after a relapse."""
        return sum(
            any(
                r["kind"] == "allogeneic"
                and r["disease_status"].startswith("cr")
                and self.remission[p] <= r["date"] <= self._relapse(p, self.remission[p])
                for r in self.after("transplant", p)
            )
            for p in self.untouched
        )

    def _end(self, patient):
        transplants = [r["date"] for r in self.after("transplant", patient) if r["kind"] == "allogeneic"]
        return min(
            self._relapse(patient, self.remission[patient]),
            self._therapy(patient),
            *transplants,
            self.patients[patient]["death_date"] or "9999",
        )

    def on_scale(self, scale):
        """(patients not graded on another scale only, patients with the scale) of CRS of the index course."""
        scales = {}
        for patient, course in self.index.items():
            later = [
                c["infusion_date"]
                for c in self.of["treatment_course"][patient]
                if c["infusion_date"] > course["infusion_date"]
            ]
            scales[patient] = {
                r["scale"]
                for r in self.of["adverse_event"][patient]
                if r["kind"] == "CRS"
                and known(r["onset_date"])
                and course["infusion_date"] <= r["onset_date"] < min(later, default="9999")
            }
        return (
            sum(scale in found or not found for found in scales.values()),
            sum(scale in found for found in scales.values()),
        )

    def prior_transplant(self):
        """Infused patients by what came before: a dated transplant, or the recorded kind, else the recorded answer."""
        words = {"allogeneic": "Allogeneic", "autologous": "Autologous only", "no": "No", "yes": "Yes, kind unknown"}

        def answer(patient):
            row = self.patients[patient]
            kinds = {r["kind"] for r in self.of["transplant"][patient] if self.day(patient, r["date"]) < 0}
            kinds |= {row["prior_transplant_kind"]} if row["prior_transplant"] != "no" else set()
            known_kinds = [kind for kind in ("allogeneic", "autologous") if kind in kinds]
            return words.get((known_kinds or [row["prior_transplant"]])[0], "missing")

        return Counter(map(answer, self.index))

    def last_contact(self, patient):
        return max(
            value
            for rows in self.of.values()
            for row in rows[patient]
            for name, value in row.items()
            if name.endswith(("date", "_start")) and known(value)
        )

    def survival(self, month):
        """Overall survival of the infused, event by event."""
        observed = []
        for patient in self.index:
            death = self.patients[patient]["death_date"]
            observed.append(
                (self.day(patient, death), True)
                if known(death)
                else (self.day(patient, self.last_contact(patient)), False)
            )
        alive = 1.0
        for day in sorted({day for day, dead in observed if dead and day <= month * MONTH}):
            at_risk = sum(other >= day for other, _ in observed)
            alive *= 1 - sum(other == day and dead for other, dead in observed) / at_risk
        return alive

    def pages(self):
        """page -> n of each of its figures."""
        infused, in_remission = len(self.index), len(self.remission)
        graded, _ = self.on_scale("ASTCT")
        return {
            "overview": [infused, len(self.enrolled)],
            "patients": [infused],
            "response": [self.due(120), self.due(100)],
            "mrd": [self.due(120)],
            "b_cell_aplasia": [self.with_aplasia()],
            "relapse": [in_remission],
            "survival": [infused],
            "transplant": [len(self.untouched), self.transplanted_in_remission(), len(self.untouched)],
            "toxicity": [graded],
        }


def is_molecular(date, rows):
    """Whether a RELAPSE assessment is that of relapse rows within 30 days, all of them molecular."""
    near = {r["level"] for r in rows if abs(days(date, r["date"])) <= 30}
    return near == {"molecular"}


TABS = {  # where the first tab has groups of its own, or none
    "transplant": {"transplant_figure": "incidence"},
    "overview": {"overview_figure": "numbers"},
}


def _by_patient(rows):
    found = defaultdict(list)
    for row in rows:
        found[row["patient_id"]].append(row)
    return found


def known(date):
    return "" < date <= CUTOFF


def days(start, end):
    return (datetime.date.fromisoformat(end) - datetime.date.fromisoformat(start)).days


def usable(sample):
    """By the default rule: a percentage, given or of the counts in blood; B cells below detection say it as well."""
    if sample["specimen"] == "PB" and sample["cd19_per_ul"] and float(sample["lymphocytes_per_ul"] or 0) > 0:
        return True
    by_specimen = {"PB": "cd19_pct_lymphocytes", "BM": "normal_b_pct_marrow"}[sample["specimen"]]
    return sample[by_specimen] != "" or sample["below_limit"] == "yes"


# The tests --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The edited bundle."""
    folder = tmp_path_factory.mktemp("bundle")
    generate(folder, patients=200, seed=77)
    edit(folder)
    return folder


@pytest.fixture(scope="module")
def database(folder, tmp_path_factory):
    """(URL, dataset version) of the new database, filled by the command line."""
    url = f"sqlite:///{tmp_path_factory.mktemp('database')}/second.db"
    said = command("data_access.load", folder, "--database-url", url)
    return url, said.split("Dataset version ")[1].strip()


@pytest.fixture(scope="module", autouse=True)
def version(database):
    """The app is pointed at the new database."""
    with app_reads(database[0]):
        yield database[1]


@pytest.fixture(scope="module")
def recount(folder):
    return Recount(folder)


@pytest.fixture(scope="module")
def sessions(version):
    return {page: open_page(page) for page in PAGES}


@pytest.fixture
def go(sessions):
    def to(page, **query):
        app = visit(sessions[page], query)
        assert not app.exception and not app.error
        return app

    return to


def with_filters(page):
    """The page with the sections of the sidebar open."""
    app = AppTest.from_file(str(ROOT / "pages" / f"{page}.py"), default_timeout=60)
    for section in ("Product", "Patient"):
        app.session_state[f"open:{section}"] = app.session_state[f"was_open:{section}"] = True
    return app.run()


def options(app, code):
    """{option: count beside it} of a filter."""
    labels = list(app.multiselect(key=f"choice:{code}").options)
    tables = [
        [line.strip("| ").rsplit(" | ", 1) for line in plain(element.value).splitlines()[2:]]
        for element in (*app.sidebar.caption, *app.sidebar.markdown)
        if element.value.startswith("| Option |")
    ]
    return next({label: int(n) for label, n in table} for table in tables if [row[0] for row in table] == labels)


def test_the_edit_is_what_it_says(recount):
    assert len(recount.patients) == 190 and not recount.patients.keys() & set(REMOVED)
    assert len({c["patient_id"] for c in recount.rows["treatment_course"] if c["product_code"] == "NEWC"}) == 20
    assert "Lyon" in {p["site_code"] for p in recount.patients.values()}


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_the_second_cohort(go, recount, version, page):
    app = go(page, **TABS.get(page, {}))
    assert patients_line(app) == f"{len(recount.index)} of {len(recount.index)} patients"
    counted = recount.pages().get(page)  # pages that monitor are recounted in tests of their own
    assert counted is None or [figure.n for figure in figures(app)] == counted
    assert any(f"Data cut-off {CUTOFF} · dataset {version} · app " in t.value for t in app.text)
    assert any(plain(t.value) == TITLE for t in app.text)


@pytest.mark.parametrize("page", PAGES)
def test_the_renamed_centre_narrows_every_page_and_its_old_name_is_unknown(go, recount, page):
    n = sum(recount.patients[p]["site_code"] == "Lyon" for p in recount.index)
    assert patients_line(go(page, centre="Lyon")) == f"{n} of {len(recount.index)} patients"
    app = go(page, centre="C03")
    assert any("Centre has no option 'C03'" in t.value for t in app.text)


@pytest.mark.parametrize("page", PAGES)
def test_the_new_product_is_a_cohort_of_its_own_on_every_page(go, recount, page):
    n = sum(c["product_code"] == "NEWC" for c in recount.index.values())
    app = go(page, product="NEWC", **TABS.get(page, {}))
    assert patients_line(app) == f"{n} of {len(recount.index)} patients"
    assert page not in recount.pages() or len(figures(app)) == len(recount.pages()[page])
    assert patients_line(go(page, target="CD22")) == patients_line(app)


def test_filters_offer_what_the_files_hold_with_its_counts(recount):
    app = with_filters("survival")
    sites = Counter(recount.patients[p]["site_code"] or "Missing" for p in recount.index)
    assert {k: n for k, n in options(app, "centre").items() if n} == dict(sites)
    names = {p["product_code"]: p["name"] for p in recount.rows["product"]}
    products = Counter(names[c["product_code"]] for c in recount.index.values())
    assert {k: n for k, n in options(app, "product").items() if n} == dict(products)
    assert "C03" not in options(app, "centre") and NEW["name"] in products


@pytest.mark.parametrize("page", ["survival", "relapse", "response", "mrd", "b_cell_aplasia", "transplant", "overview"])
def test_the_new_product_is_a_group_in_chart_and_table(go, page):
    for figure in figures(go(page, by="product", **TABS.get(page, {})))[:1]:
        assert NEW["name"] in set(figure.tables[0]["strata"])
        assert any(NEW["name"] in set(p.frame.get("strata", ())) for p in figure.pictures)
        assert NEW["name"] in "".join(p.spec for p in figure.pictures)


def test_every_product_has_its_own_number_of_patients(go, recount):
    table = figures(go("survival", by="product"))[0].tables[0]
    names = {p["product_code"]: p["name"] for p in recount.rows["product"]}
    assert table.groupby("strata")["n"].first().to_dict() == Counter(
        names[c["product_code"]] for c in recount.index.values()
    )


def test_the_removed_patients_are_in_no_table(go, recount):
    shown = set(figures(go("patients"))[0].tables[0]["USUBJID"])  # with all columns the list has pages
    assert shown == set(recount.index) and not shown & set(REMOVED)


def test_the_enrolled_are_recounted_too(go, recount):
    n = len(recount.enrolled)
    assert n > len(recount.index)
    for page in ("survival", "overview"):
        app = go(page, population="enrolled")
        assert patients_line(app) == f"{n} of {n} patients" and figures(app)[0].n == n


@pytest.mark.parametrize("tab", ["days", "treatment"])
def test_figures_of_those_with_crs_count_those_on_the_scale(go, recount, tab):
    [figure] = figures(go("toxicity", toxicity_figure=tab))
    assert figure.n == recount.on_scale("ASTCT")[1]


@pytest.mark.parametrize("month", [3, 6, 12, 24, 36])
def test_overall_survival_is_recounted_from_the_files(go, recount, month):
    figure = figures(go("survival"))[0]
    assert number(figure, "Overall survival", month)["estimate"] == pytest.approx(recount.survival(month), abs=1e-12)


def test_prior_transplant_groups_are_recounted_from_the_files(go, recount):
    figure = figures(go("transplant", transplant_figure="prior"))[0]
    found = figure.tables[0].groupby("strata")["n"].first().to_dict()
    expected = recount.prior_transplant()
    missing = expected.pop("missing", 0)
    assert figure.left_out == ({"with missing prior transplant": missing} if missing else {}) and found == expected


def test_an_open_session_follows_when_the_app_is_pointed_elsewhere(database, version, recount):
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("DATABASE_URL")
        app = open_page("survival")
        before = [t.value for t in app.text]
        assert not any(version in text for text in before)
    app.run()
    assert any(version in t.value for t in app.text) and figures(app)[0].n == len(recount.index)
