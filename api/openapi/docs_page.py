"""The docs page, with every file that it needs: it works without the internet."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable
from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

PAGE = "/docs"
SCRIPT, STYLE, ICON = "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"
A_DAY = "public, max-age=86400"


def add_to(web: FastAPI, openapi_url: str) -> None:
    """Serve the page and its files."""
    page = get_swagger_ui_html(
        openapi_url=openapi_url,
        title=f"{web.title} API",
        swagger_js_url=f"{PAGE}/{SCRIPT}",
        swagger_css_url=f"{PAGE}/{STYLE}",
        swagger_favicon_url=f"{PAGE}/{ICON}",
    )
    html = bytes(page.body).decode()
    policy = _policy(html)

    async def show(_request: Request) -> Response:
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})

    web.add_route(PAGE, show, include_in_schema=False)
    for name in (SCRIPT, STYLE, ICON):
        web.add_route(f"{PAGE}/{name}", _serving(_folder() / name), include_in_schema=False)


def _folder() -> Path:
    # The package is not imported: only its files are needed.
    spec = find_spec("fastapi_offline")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static"


def _serving(file: Path) -> Callable[[Request], Awaitable[Response]]:
    async def serve(_request: Request) -> Response:
        return FileResponse(file, headers={"Cache-Control": A_DAY})

    return serve


def _policy(html: str) -> str:
    """Return a policy that allows our files and the page's inline scripts, nothing else.

    https://www.w3.org/TR/CSP3/#script-src
    """
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts]
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *(f"'sha256-{value}'" for value in hashes)]),
            "style-src 'self'",
            # Swagger UI's icons are data in its style sheet.
            "img-src 'self' data:",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        ]
    )
