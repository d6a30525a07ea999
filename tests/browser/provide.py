"""Finds a browser, or gets one: an installed Chromium or Chrome; else Debian's package where we are root; else
Playwright's own. With ``CI=true`` a missing browser fails the run; elsewhere the browser tests are skipped aloud."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_browser() -> str | None:
    """The path of a browser that Playwright can drive, or ``None``."""
    given = os.environ.get("BROWSER_PATH")
    if given:
        return given
    installed = next((path for path in map(shutil.which, _NAMES) if path), None)
    if installed or _MAC.exists():
        return installed or str(_MAC)
    return _own()


def _own() -> str | None:
    """Playwright's own Chromium, where it was downloaded."""
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache" / "ms-playwright")
    found = sorted(folder.glob("chromium-*/chrome-*/chrome")) if folder.exists() else []
    return str(found[-1]) if found else None


def _try(*command: str) -> bool:
    try:
        return subprocess.run(command, check=False).returncode == 0
    except OSError:
        return False


def _install() -> None:
    if os.name == "posix" and os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "-qq")
        if _try("apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"):
            return
    _try(sys.executable, "-m", "playwright", "install", "chromium")


def main() -> int:
    """Exit code 1 only where a browser must be there and is not."""
    if find_browser() is None:
        _install()
    if find_browser() is not None:
        return 0
    sys.stderr.write(
        "\n*** No browser was found and none could be installed: the tests in tests/browser are SKIPPED. ***\n"
        "*** Install Chromium or Chrome, or name one with BROWSER_PATH.                              ***\n\n"
    )
    return 1 if os.environ.get("CI") == "true" else 0


if __name__ == "__main__":
    sys.exit(main())
