"""How often Python looks for garbage."""

import gc

import pytest

from server.kit.garbage import not_looked_for


def test_none_is_looked_for_while_modules_are_loaded_and_again_afterwards_whatever_happens() -> None:
    def load() -> None:
        assert not gc.isenabled()
        raise ImportError

    with pytest.raises(ImportError), not_looked_for():
        load()
    assert gc.isenabled()


def test_who_looks_for_none_at_all_goes_on_so() -> None:
    gc.disable()
    try:
        with not_looked_for():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
