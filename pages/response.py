"""Who is in remission at 3 months?"""

import streamlit as st

from endpoints.response import BEST, CONFIRMED, RESPONSE, STATUS_D28, STATUS_M3
from estimators.proportion import proportion
from pages.parts import estimate, pictures
from pages.parts.figure import show
from pages.parts.sidebar import choose_cohort, choose_option
from pages.parts.study import load_study

st.title("Response at 3 months")
study = choose_cohort(load_study())
further = choose_option("response", [("none", "None"), *((e.paramcd, e.param) for e in (CONFIRMED, STATUS_D28))])
for endpoint in (BEST, STATUS_M3, *([RESPONSE[further]] if further in RESPONSE else [])):
    found = estimate.response(study, endpoint)
    show(study, endpoint.param, found, *pictures.shares(found, endpoint.classes),
         *pictures.rates(found.rates, found.series), definition=endpoint.over, method=proportion,
         code=endpoint.paramcd.lower())
