"""The page: static files, never from another host, which the browser is told."""

from pathlib import Path

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"

_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
}


class Page(StaticFiles):
    """The files of the page under a strict content security policy; addresses of its own get the page itself."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(("api", "assets/")):
                raise
            response = await super().get_response("index.html", scope)
        response.headers.update(_HEADERS)
        # The names of assets change with their content.
        forever = path.startswith("assets/")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if forever else "no-cache"
        return response


def add_page(app: FastAPI) -> None:
    """Serve the page at every path that nothing else serves. Call it last."""
    app.mount("/", GZipMiddleware(Page(directory=STATIC, html=True), minimum_size=1000, compresslevel=6), name="page")
