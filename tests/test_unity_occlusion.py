"""Effects behind a body vanish: what the depth buffer hides is what rays say is hidden."""

from pathlib import Path

from unity_host import needs_mono
from unity_rays import agreement

pytestmark = needs_mono


def test_the_depth_buffer_hides_what_rays_say_is_hidden(tmp_path: Path) -> None:
    assert agreement(tmp_path) >= 0.99
