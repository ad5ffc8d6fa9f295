import pytest

from server.kit.addresses import hosts_of


def test_hosts_have_their_port_or_the_usual_one():
    assert hosts_of("a", 1) == [("a", 1)]
    assert hosts_of("a:2,b.example,[::1]:3,[::2]", 1) == [("a", 2), ("b.example", 1), ("::1", 3), ("::2", 1)]


@pytest.mark.parametrize("text", ["", "a,", ":1", "a:b", "a:0", "a:65536", "[::1", "[::1]x", "a:1:2", "a:\u0661"])
def test_what_is_no_host_is_refused(text: str):
    with pytest.raises(ValueError, match="no "):
        hosts_of(text, 1)
