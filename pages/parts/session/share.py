"""Share: one press copies the address of what is on the screen. The address has every choice, and no patient."""

from pages.parts.component import mount

HTML = (
    '<button type="button">Share</button> <span role="status"></span>'
    '<input readonly hidden aria-label="Address of this view">'
)


def share_button() -> None:
    """The button; it needs nothing from the server."""
    mount("share", HTML, key="share", width="content", height="content")
