"""How often a name was a sandbox's."""

from __future__ import annotations

from understudy.lives import REMEMBERED, Lives


def test_a_new_name_begins_with_its_first_life():
    assert Lives({}).next("a") == 1


def test_a_name_goes_on_counting():
    lives = Lives({})
    lives.end("a", lives.next("a"))
    assert lives.next("a") == 2
    assert lives.next("b") == 1
    lives.end("a", 7)  # it was reset in between
    assert Lives(lives.ended).next("a") == 8


def test_of_very_many_names_none_gets_an_old_life_again():
    lives = Lives({})
    lives.end("a", 3)
    for number in range(REMEMBERED + 5):
        lives.end(f"n{number}", 1)
    assert len(lives.ended) <= REMEMBERED
    assert lives.next("a") > 3
    assert lives.next("never seen") > 3
