"""Scheduled visits: nominal day and window in days from infusion (clinical definitions, MRD and response 3-4)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Visit:
    """A visit is due once day 0 + `last` lies at or before the cut-off, decided before anything else."""

    code: str
    label: str
    nominal: int
    first: int
    last: int

    @property
    def window(self) -> str:
        """'Month 6 (day 150-225)'; a visit that is named by its days has said them."""
        days = f"day {self.first}-{self.last}"
        return self.label if self.label.lower() == days else f"{self.label} ({days})"


D28 = Visit("D28", "Day 28", 28, 14, 45)
M3 = Visit("M3", "Month 3", 91, 60, 120)
VISITS = (
    D28,
    M3,
    Visit("M6", "Month 6", 183, 150, 225),
    Visit("M9", "Month 9", 274, 226, 315),
    Visit("M12", "Month 12", 365, 316, 455),
    Visit("M18", "Month 18", 548, 456, 640),
    Visit("M24", "Month 24", 731, 641, 820),
)
VISIT = {visit.code: visit for visit in VISITS}
