"""G05, G09, G10: a sign-in ends with its token, after twelve hours, after half an hour without use, with a sign-out."""

import pytest

from pages.parts.access.sign_in import ENDED, IDLE, INCOMPLETE, LOCKED, LONGEST, SIGNED_OUT, SignIns, end_of

T = 1_800_000_000.0
ADA = {"iss": "i", "sub": "ada", "iat": T, "exp": T + 100_000, "nonce": "n1"}


def test_a_sign_in_in_use_counts_until_twelve_hours_after_it_was_proved():
    signed = SignIns()
    for second in range(0, LONGEST, IDLE):
        assert signed.refusal(ADA, T + second) is None
    assert signed.refusal(ADA, T + LONGEST) == ENDED
    assert end_of(ADA | {"auth_time": T - 3600}) == T - 3600 + LONGEST
    assert SignIns().refusal(ADA | {"auth_time": T - LONGEST}, T) == ENDED


def test_a_token_that_has_expired_does_not_count():
    assert SignIns().refusal(ADA | {"exp": T + 60}, T + 59) is None
    assert SignIns().refusal(ADA | {"exp": T + 60}, T + 60) == ENDED
    assert SignIns().refusal(ADA | {"iat": T + 3600}, T) == ENDED  # from the future


@pytest.mark.parametrize("name", ["exp", "iat", "sub"])
@pytest.mark.parametrize("value", [None, "", "soon", True])
def test_what_the_provider_does_not_say_is_no(name, value):
    claims = {**ADA, name: value}
    assert SignIns().refusal(claims, T) == INCOMPLETE or (name == "sub" and value)
    del claims[name]
    assert SignIns().refusal(claims, T) == INCOMPLETE


def test_g10_half_an_hour_without_use_locks_it_for_good_in_every_tab():
    signed = SignIns()
    assert signed.refusal(ADA, T) is None and signed.refusal(ADA, T + IDLE) is None
    assert signed.refusal(ADA, T + 2 * IDLE + 1) == LOCKED and signed.refusal(ADA, T + 2 * IDLE + 2) == LOCKED
    assert signed.refusal(ADA | {"iat": T + 2 * IDLE, "nonce": "n2"}, T + 2 * IDLE + 3) is None  # signed in again


def test_looking_is_no_use():
    signed = SignIns()
    assert signed.refusal(ADA, T) is None
    for second in range(60, IDLE, 60):
        assert signed.refusal(ADA, T + second, is_use=False) is None
    assert signed.refusal(ADA, T + IDLE + 1, is_use=False) == LOCKED


def test_after_a_restart_an_old_sign_in_is_locked():
    assert SignIns().refusal(ADA, T + IDLE + 1) == LOCKED


def test_g09_a_sign_out_ends_it_in_every_tab_and_nobody_else_s():
    signed = SignIns()
    other = ADA | {"sub": "bob"}
    assert signed.refusal(ADA, T) is None and signed.refusal(other, T) is None
    signed.end(ADA)
    assert signed.refusal(ADA, T + 1) == SIGNED_OUT and signed.refusal(other, T + 1) is None
