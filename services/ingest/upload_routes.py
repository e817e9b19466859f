"""Resumable uploads over HTTP, as tus 1.0 has them."""

from collections.abc import Callable, Coroutine
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute

from services.ingest.request_body import body_of
from services.ingest.tus import (
    ALGORITHMS,
    CONTENT_TYPE,
    EXTENSIONS,
    VERSION,
    http_date,
    read_checksum,
    read_concat,
    read_metadata,
    read_size,
)
from services.ingest.upload_creation import Announced
from services.ingest.uploading import Uploads
from services.ingest.uploads import Upload
from shared.auth import Caller, Identity
from shared.http import ApiError, not_found

PATH = "/api/uploads"


class _TusRoute(APIRoute):
    """A route that speaks tus: `Tus-Resumable` is asked of every request and stands on every answer."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def speak(request: Request) -> Response:
            try:
                _check_version(request)
                answer = await handle(request)
            except ApiError as error:
                error.headers = {**error.headers, "tus-resumable": VERSION, "cache-control": "no-store"}
                if error.status == 412:
                    error.headers["tus-version"] = VERSION
                raise
            answer.headers["tus-resumable"] = VERSION
            return answer

        return speak


def upload_router(uploads: Uploads, *, max_file_size: int) -> APIRouter:
    routes = APIRouter(route_class=_TusRoute, tags=["uploads"], max_body_size=2 * max_file_size)

    @routes.options(PATH, status_code=204)
    @routes.options(PATH + "/{upload_id}", status_code=204, include_in_schema=False)
    async def discover() -> Response:
        """What of tus there is."""
        return Response(status_code=204, headers=_abilities(max_file_size))

    @routes.post(PATH, status_code=201)
    async def create_upload(request: Request, caller: Caller) -> Response:
        """Begin an upload into an open batch: `batch_id`, `filename`, and if wanted `relative_path` and `position`
        stand in Upload-Metadata. A body may bring the first bytes.
        """
        upload = await _create(uploads, request, caller)
        return Response(status_code=201, headers={"location": f"{PATH}/{upload.upload_id}", **_state(upload)})

    @routes.head(PATH + "/{upload_id}")
    async def get_offset(upload_id: str, caller: Caller) -> Response:
        """Up to where the bytes are safe."""
        return await _tell(uploads, upload_id, caller)

    @routes.patch(PATH + "/{upload_id}", status_code=204)
    async def append(upload_id: str, request: Request, caller: Caller) -> Response:
        """Write on from Upload-Offset."""
        return await _append(uploads, upload_id, request, caller)

    @routes.delete(PATH + "/{upload_id}", status_code=204)
    async def cancel_upload(upload_id: str, caller: Caller) -> Response:
        """Cancel one file."""
        await uploads.cancel(_id(upload_id), caller)
        return Response(status_code=204)

    @routes.post(PATH + "/{upload_id}", status_code=204)
    async def override(upload_id: str, request: Request, caller: Caller) -> Response:
        """For clients that can only GET and POST: X-HTTP-Method-Override says PATCH, HEAD or DELETE."""
        match request.headers.get("x-http-method-override", "").upper():
            case "PATCH":
                return await _append(uploads, upload_id, request, caller)
            case "HEAD":
                return await _tell(uploads, upload_id, caller)
            case "DELETE":
                return await cancel_upload(upload_id, caller)
        raise ApiError(405, "method_not_allowed", "Send PATCH, or POST with X-HTTP-Method-Override.")

    return routes


def _abilities(max_file_size: int) -> dict[str, str]:
    return {
        "tus-version": VERSION,
        "tus-extension": EXTENSIONS,
        "tus-max-size": str(max_file_size),
        "tus-checksum-algorithm": ",".join(ALGORITHMS),
    }


async def _create(uploads: Uploads, request: Request, caller: Identity) -> Upload:
    headers = request.headers
    concat = read_concat(headers.get("upload-concat"))
    joined = concat is not None and bool(concat.partials)
    announced = Announced(
        size=0 if joined else read_size("Upload-Length", headers.get("upload-length")),
        header=headers.get("upload-metadata"),
        metadata=read_metadata(headers.get("upload-metadata")),
        concat=concat,
    )
    if joined or not _brings_bytes(request):
        return await uploads.create(announced, caller)
    _check_content_type(request)
    checksum = read_checksum(headers.get("upload-checksum"))
    return await uploads.create(announced, caller, body=body_of(request), checksum=checksum)


async def _append(uploads: Uploads, upload_id: str, request: Request, caller: Identity) -> Response:
    _check_content_type(request)
    upload = await uploads.append(
        _id(upload_id),
        caller,
        offset=read_size("Upload-Offset", request.headers.get("upload-offset")),
        body=body_of(request),
        length=int(request.headers.get("content-length", 0)),
        checksum=read_checksum(request.headers.get("upload-checksum")),
    )
    return Response(status_code=204, headers=_state(upload))


async def _tell(uploads: Uploads, upload_id: str, caller: Identity) -> Response:
    upload = await uploads.find(_id(upload_id), caller)
    headers = _state(upload) | {"upload-length": str(upload.size)}
    if upload.metadata:
        headers["upload-metadata"] = upload.metadata
    if upload.concat:
        headers["upload-concat"] = upload.concat
    return Response(status_code=200, headers=headers)


def _state(upload: Upload) -> dict[str, str]:
    headers = {"upload-expires": http_date(upload.expires_at), "cache-control": "no-store"}
    if upload.complete or upload.kind != "joined":
        headers["upload-offset"] = str(upload.byte_offset)
    return headers


def _brings_bytes(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or "transfer-encoding" in request.headers


def _check_version(request: Request) -> None:
    if request.method != "OPTIONS" and request.headers.get("tus-resumable") != VERSION:
        raise ApiError(412, "unsupported_tus_version", f"Send Tus-Resumable: {VERSION}.")


def _check_content_type(request: Request) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != CONTENT_TYPE:
        raise ApiError(415, "unsupported_media_type", f"Send bytes as {CONTENT_TYPE}.")


def _id(upload_id: str) -> UUID:
    try:
        return UUID(upload_id)
    except ValueError as error:
        raise not_found("upload") from error
