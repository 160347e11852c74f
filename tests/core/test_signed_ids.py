"""Whoever shows a signed id was given it."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import signed_ids
from core.signed_ids import Signed

KEY, OLD, OTHER = b"k" * 32, b"o" * 32, b"x" * 32


def test_a_token_is_good_for_one_purpose_under_the_present_key_and_those_before() -> None:
    id_ = uuid4()
    token = signed_ids.token(OLD, Signed.RESET, id_)
    assert signed_ids.read([KEY, OLD], Signed.RESET, token) == id_
    assert signed_ids.read([KEY], Signed.RESET, token) is None
    assert signed_ids.read([KEY, OLD], Signed.VERIFY, token) is None
    assert signed_ids.token(OLD, Signed.RESET, id_) == token


def test_every_character_counts() -> None:
    token = signed_ids.token(KEY, Signed.MAILBOX, uuid4())
    for place in range(len(token)):
        for other in "Ab-_":
            changed = token[:place] + other + token[place + 1 :]
            assert (signed_ids.read([KEY], Signed.MAILBOX, changed) is None) is (changed != token)


@given(st.text())
@pytest.mark.parametrize("kind", list(Signed))
def test_no_other_text_is_a_token(kind: Signed, text: str) -> None:
    assert signed_ids.read([KEY, OTHER], kind, text) is None
