"""A token's first part names its sandbox, before anything of the token can be trusted."""

from __future__ import annotations

import pytest

from understudy.tokens import InvalidToken, TokenSigner

KEY = bytes(range(32))


@pytest.mark.parametrize("name", ["default", "a-b.c_1", "ünïcode", 'quo"te\\'])
def test_the_header_is_that_of_each_token(name: str) -> None:
    signer = TokenSigner(name, KEY)
    assert signer.sign({"sub": "x"}).partition(".")[0] == signer.header


def test_a_token_of_another_sandbox_or_key_is_none() -> None:
    signer = TokenSigner("a", KEY)
    assert signer.verify(signer.sign({"sub": "x"})) == {"sub": "x"}
    for other in (TokenSigner("b", KEY), TokenSigner("a", KEY[::-1])):
        with pytest.raises(InvalidToken):
            signer.verify(other.sign({"sub": "x"}))
