"""Four figures that are computed again in R from their files of patients alone, with the code they print.

`python -m tests.figures.paper` (needs R with survival and cmprsk) writes what R found into paper.json; the tests
compare with it and need no R.
"""

import json
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path

from analyses.status.response import response
from analyses.time_to_event.adjusted import adjusted
from analyses.time_to_event.estimate import estimate_endpoint
from analyses.time_to_event.survival import survival
from endpoints.catalogue import CIR, EFS, OS
from endpoints.response import BEST
from estimators import cox
from estimators.aalen_johansen import aalen_johansen
from estimators.kaplan_meier import kaplan_meier
from estimators.proportion import proportion
from figures.figure import PATIENTS, figure_of
from figures.paragraph import paper
from tests.analyses.cohorts import cohort_of
from tests.literal import patient

FOUND = Path(__file__).with_name("paper.json")
# What R is asked to print of the code's own objects, after the code itself.
PRINTED = {
    "os": "c(s$surv, s$lower, s$upper, survdiff(Surv(AVAL, event) ~ GROUP, data = k)$chisq, difference, "
    "difference - half, difference + half, diff(m[, 1]) / 30.4375, summary(ratio)$conf.int[c(1, 3, 4)], "
    "cox.zph(ratio)$table[1, 3])",
    "cir": "c(est, limit(qnorm(0.025)), limit(qnorm(0.975)), gray(k)[, 2])",
    "response": "c(rate(c('CR', 'CRi')), chisq.test(table(k$GROUP, k$AVALC %in% c('CR', 'CRi')), "
    "correct = FALSE)$p.value)",
    "efs_adjusted": "m <- coxph(Surv(AVAL, event) ~ GROUP + I(AGE / 10) + relevel(factor(BURDENGR), ref = "
    '"high"), data = d, ties = "efron"); c(summary(m)$conf.int[, c(1, 3, 4)], '
    'summary(coxph(Surv(AVAL, event) ~ GROUP, data = d, ties = "efron"))$conf.int[c(1, 3, 4)])',
}
CNS = ("CNS1", "CNS2", "CNS3", None)  # three groups that are known, and a fourth that is not
READ = ("GROUP", "ENTRY", "AVAL", "CNSR", "EVNTCD", "AGE", "BURDENGR", "AVALC")


@lru_cache
def people(n: int = 80):
    """Patients of two products: deaths, relapses and follow-up in a fixed pattern, with ties."""
    return tuple(_patient(i) for i in range(n))


def _patient(i: int):
    last, product = 120 + 37 * (i % 23), "TISA" if i % 2 else "BREXU"
    relapsed, dies = i % 3 == 0, i % 4 == 1
    relapse = 40 + 11 * (i % 17)
    death = min(last, 60 + 29 * (i % 13)) if dies else None
    seen = death or last
    return patient(
        f"P{i:02d}",
        product=product,
        sex="male" if i % 3 else "female",
        birth_month=f"{2024 - 5 - (7 * i) % 40}-06",
        responses={28: "CR" if i % 7 else "NR", **({seen - 1: "CR"} if not relapsed and i % 7 and seen > 60 else {})},
        relapses=[dict(day=relapse)] if relapsed and i % 7 and relapse < seen else [],
        last_contact=seen,
        death=death,
        cause="infection" if dies else None,
        course=dict(blasts_pct_before=float((13 * i) % 60), burden_date=-5, cns_status=CNS[i % 4]),
    )


@lru_cache(maxsize=1)
def figures():
    """{name: (figure, result)} of the four."""
    cohort = cohort_of(*people(), by="product")
    os_, cir = (
        survival(cohort_of(*people(), by="sex"), OS, "36", "log-log"),
        estimate_endpoint(cohort, CIR, aalen_johansen),
    )
    efs, best = adjusted(cohort, EFS, "burden"), response(cohort_of(*people(200), by="cns"), BEST)
    made = {"os": (os_, kaplan_meier, OS), "cir": (cir, aalen_johansen, CIR), "response": (best, proportion, BEST)}
    made["efs_adjusted"] = (efs, cox, EFS)
    return {
        name: (figure_of(result, endpoint.param, code=name, definition=endpoint.definition, method=method), result)
        for name, (result, method, endpoint) in made.items()
    }


def run(name: str) -> list[float]:
    """What R finds with the printed code and the file of patients, nothing else."""
    figure, _ = figures()[name]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "patients.csv").write_bytes(figure.csv(PATIENTS, {}))
        asked = f"\n.said <- {{{PRINTED[name]}}}\ncat('SAID', format(.said, digits = 17))\n"
        (Path(folder) / "again.R").write_text(paper(figure)[1] + asked, "utf-8")
        done = subprocess.run(["Rscript", "again.R"], cwd=folder, capture_output=True, text=True, check=True)
    numbers = done.stdout.partition("SAID")[2].split()
    return [None if number in ("NA", "NaN", "Inf") else float(number) for number in numbers]


def read_by_r(name: str) -> list[str]:
    """The columns of the file of patients that the code reads, a line per patient."""
    rows = figures()[name][1].patients
    columns = [column for column in READ if column in rows]
    return [",".join(map(str, row)) for row in rows[columns].fillna("").itertuples(index=False)]


def main():
    found = {
        name: {"r_call": paper(figure)[1], "patients": read_by_r(name), "numbers": run(name)}
        for name, (figure, _) in figures().items()
    }
    FOUND.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print({name: len(one["numbers"]) for name, one in found.items()})


if __name__ == "__main__":
    main()
