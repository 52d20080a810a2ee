"""Who may come in: where it listens, Host, Origin, token; and the page that is served from memory."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocap_bridge.errors import SettingsError
from mocap_bridge.serving.guard import Bind, bind_of, host_name, refusal, token_is_right
from mocap_bridge.serving.page import load_page, policy

TOKEN = "a token of many letters"
HERE = Bind("127.0.0.1", 8900)
OPEN = Bind("0.0.0.0", 8900, TOKEN)


@pytest.mark.parametrize("target", ["127.0.0.1:8900", "localhost:0", "[::1]:8900", "127.8.8.8:1"])
def test_on_loopback_no_token_is_needed(target: str) -> None:
    assert bind_of(target, TOKEN).token == ""


@pytest.mark.parametrize("target", ["0.0.0.0:8900", "192.168.1.2:80", "[::]:8900", "studio.local:8900"])
def test_beyond_loopback_a_token_is_needed(target: str) -> None:
    assert bind_of(target, TOKEN).token == TOKEN
    with pytest.raises(SettingsError, match="16 characters"):
        bind_of(target, "short")


@pytest.mark.parametrize("target", ["", "8900", "127.0.0.1", ":8900", "127.0.0.1:http", "127.0.0.1:99999", "a:-1"])
def test_an_address_that_is_none_says_what_would_be_right(target: str) -> None:
    with pytest.raises(SettingsError, match=r"127\.0\.0\.1:8900"):
        bind_of(target, TOKEN)


def test_a_page_of_ours_and_a_program_without_origin_come_in() -> None:
    assert refusal(HERE, "localhost:8900", "http://localhost:8900") is None
    assert refusal(HERE, "127.0.0.1:8900", None) is None
    assert refusal(HERE, "[::1]:8900", None) is None
    assert refusal(OPEN, "studio.local:8900", "http://studio.local:8900") is None


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "http://127.0.0.1:8901", "null", "", "http://127.0.0.1:8900.evil"]
)
def test_a_foreign_origin_is_refused(origin: str) -> None:
    assert refusal(HERE, "127.0.0.1:8900", origin) == "foreign Origin"


@pytest.mark.parametrize(
    "host", ["evil.example:8900", "127.0.0.1.evil.example", None, "", "a b", "[", "x/y", "127.0.0.1;x"]
)
def test_a_foreign_host_on_loopback_is_refused(host: str | None) -> None:
    # A page of evil.example whose name now resolves to 127.0.0.1 has Host and Origin alike.
    assert refusal(HERE, host, f"http://{host}")


@given(st.text(max_size=40))
def test_a_host_that_passes_could_be_written_into_a_policy(host: str) -> None:
    if host_name(host) is not None:
        assert not set(host) & set(" ;,'\"\r\n\t*")
        assert policy(host).count(";") == policy("localhost").count(";")


@pytest.mark.parametrize(
    ("query", "authorization", "right"),
    [
        (f"token={TOKEN}".replace(" ", "%20"), [], True),
        ("", [f"Bearer {TOKEN}"], True),
        ("token=wrong", [], False),
        ("", ["Bearer "], False),
        ("", [], False),
        ("token=", [TOKEN], False),
        (f"token=x{TOKEN}".replace(" ", "+"), [], False),
    ],
)
def test_the_token_comes_as_a_query_or_a_bearer(query: str, authorization: list[str], right: bool) -> None:
    assert token_is_right(OPEN, query, authorization) is right
    assert token_is_right(HERE, query, authorization)


@given(st.text(max_size=30).filter(lambda text: text != TOKEN))
def test_no_other_token_is_right(text: str) -> None:
    assert not token_is_right(OPEN, "", [f"Bearer {text}"])


def built(folder: Path) -> Path:
    dist = folder / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<p>hello")
    (dist / "assets" / "x.js").write_text("1")
    (dist / "assets" / "secret.key").write_text("no")
    (dist / "assets" / "out.js").symlink_to(__file__)
    return dist


def test_only_files_of_the_built_folder_are_served(tmp_path: Path) -> None:
    page = load_page(built(tmp_path))
    assert sorted(page) == ["/", "/assets/x.js", "/index.html"]  # no other kinds, and no link that leads out
    assert page["/"].body == b"<p>hello"
    assert page["/assets/x.js"].content_type.startswith("text/javascript")


def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"npm ci && npm run build"):
        load_page(tmp_path / "dist")
