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
further = RESPONSE[choose_option("response", [(e.paramcd, e.param) for e in (CONFIRMED, STATUS_D28)])]
for endpoint in (BEST, STATUS_M3, further):
    found = estimate.response(study, endpoint)
    show(study, endpoint.param, *pictures.shares(found, endpoint.classes), *pictures.rates(found.rates, found.series),
         numbers=found.numbers, patients=found.patients, definition=endpoint.over, method=proportion,
         left_out=found.left_out, n=found.n, code=endpoint.paramcd.lower())
