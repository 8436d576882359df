"""Table of contents: run with `streamlit run dashboard.py`. Every page is complete and guarded by itself.
The server imports this file once, for its routes; every visit runs it as a script."""

import streamlit as st

from pages.parts.server.start import MIDDLEWARE, before_serving, routes

if __name__ != "__main__":
    before_serving()
    app = st.App(__file__, routes=routes(), middleware=MIDDLEWARE)
else:
    from pages.parts.data.study import one_sentence

    st.set_page_config(page_title="CAR-T cohorts", page_icon="🩸", layout="wide")

    page = st.navigation(
        {
            "Cohort": [
                st.Page("pages/overview.py", title="Overview", icon=":material/dashboard:", default=True),
                st.Page("pages/watchlist.py", title="Watchlist", icon=":material/visibility:"),
                st.Page("pages/patients.py", title="Patients", icon=":material/groups:"),
                st.Page("pages/follow_up.py", title="Follow-up", icon=":material/event:"),
                st.Page("pages/programme.py", title="Programme", icon=":material/domain:"),
                st.Page("pages/data_quality.py", title="Data quality", icon=":material/fact_check:"),
                st.Page("pages/data.py", title="Data", icon=":material/database:"),
                st.Page("pages/administration.py", title="Administration", icon=":material/admin_panel_settings:"),
            ],
            "Response": [
                st.Page("pages/response.py", title="Response", icon=":material/check_circle:"),
                st.Page("pages/mrd.py", title="MRD", icon=":material/biotech:"),
                st.Page("pages/b_cell_aplasia.py", title="B-cell aplasia", icon=":material/bloodtype:"),
            ],
            "Outcome": [
                st.Page("pages/relapse.py", title="Relapse", icon=":material/replay:"),
                st.Page("pages/survival.py", title="Survival", icon=":material/show_chart:"),
                st.Page("pages/transplant.py", title="Transplant", icon=":material/sync_alt:"),
                st.Page("pages/toxicity.py", title="Toxicity", icon=":material/thermometer:"),
            ],
            "Help": [st.Page("pages/glossary.py", title="Glossary", icon=":material/dictionary:")],
        },
        expanded=True,
    )
    with one_sentence("This page cannot be drawn."):
        page.run()
