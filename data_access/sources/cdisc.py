"""CDISC datasets (ADaM, SDTM-style) are a preset of the tables reader: the subject is USUBJID, [cdisc] is the section
that holds for every dataset, and the source is a folder of transport files or CSV."""

from data_access.bundle.problems import Problems
from data_access.sources.tables.declared import TablesMapping
from data_access.sources.tables.parse import Preset, tables_mapping_of

CDISC = Preset(section="cdisc", subject="USUBJID")


def cdisc_mapping_of(file: str, mapping: dict, problems: Problems) -> TablesMapping | None:
    """`[cdisc]`, `[dataset.NAME]`, `[select.NAME]` and `[[table]]` of a mapping; None, and problems, when they are not
    as declared."""
    return tables_mapping_of(file, mapping, problems, CDISC)
