"""Three centres, one of them below both limits."""

from charts.funnel import funnel
from tests.charts.examples import Example, rows

LIMITS = rows(
    "n line side share",
    *((n, "95 %", side, share) for n, low, high in ((5, 0.4, 1.0), (20, 0.5, 0.9), (60, 0.6, 0.82))
      for side, share in (("low", low), ("high", high))),
    *((n, "99.8 %", side, share) for n, low, high in ((5, 0.2, 1.0), (20, 0.4, 1.0), (60, 0.53, 0.88))
      for side, share in (("low", low), ("high", high))),
)  # fmt: skip
CENTRES = rows("n share strata words", (10, 0.7, "C01", "7/10"), (25, 0.32, "C02", "8/25"), (50, 0.76, "C03", "38/50"))
EXAMPLES = {"funnel": Example(funnel, ("Alive at 12 months", 60, 0.7), {"limits": LIMITS, "centres": CENTRES})}
