"""A server that asks who calls."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.server.api.conftest import opened
from tests.web.conftest import Look


def test_the_form_lets_in_with_a_token_and_says_why_not(looks: Callable[..., Look], tmp_path: Path) -> None:
    tokens = tmp_path / "tokens"
    tokens.write_text("ada a-token-of-some-length\n")
    with opened(tmp_path / "home", tmp_path, serve_bearer_token_file=str(tokens)) as desk:
        look = looks(desk.running.url)
        look.allowed.append("401")
        page = look.go("/")
        page.get_by_role("heading", name="Who is searching?").wait_for()
        look.shot("sign-in")
        page.get_by_label("Token", exact=True).fill("wrong")
        page.keyboard.press("Enter")
        page.locator(".trouble", has_text="not known").wait_for()
        page.keyboard.press("Escape")
        page.get_by_label("Token", exact=True).fill("a-token-of-some-length")
        page.keyboard.press("Enter")
        page.locator("dialog").wait_for(state="detached")
        page.get_by_role("heading", name="Nothing is indexed yet").wait_for()
        page.reload()
        page.get_by_role("heading", name="Nothing is indexed yet").wait_for()
        assert page.locator("dialog").count() == 0
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("heading", name="Who is searching?").wait_for()
        look.page.context.close()
