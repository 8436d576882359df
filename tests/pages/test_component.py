"""Elements of our own without a browser: what is sent of them, and where their files may be read."""

from streamlit.testing.v1 import AppTest

from pages.parts.component import SERVED, version


def one_element():
    from pages.parts.component import mount

    mount("share", "<p></p>", key="one")


def test_an_element_is_an_address_of_files_in_every_new_runtime():
    for _ in range(2):  # each AppTest has a runtime of its own
        app = AppTest.from_function(one_element).run()
        assert not app.exception
        sent = app.get("bidi_component")[0].proto
        assert (sent.js_source_path, sent.css_source_path) == ("share.js", "share.css")
        assert (sent.js_content, sent.css_content) == ("", "")
        assert sent.component_name == f"cohort-{version()}.share"


def test_the_address_changes_with_any_file(monkeypatch, tmp_path):
    for path in SERVED.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("pages.parts.component.SERVED", tmp_path)
    before = version.__wrapped__()
    assert before == version()
    (tmp_path / "share.css").write_text("p {}", "utf-8")
    assert version.__wrapped__() != before
