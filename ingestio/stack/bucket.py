"""The bucket of the pipeline: made where it is missing, and proof that the store keeps what it is given."""

import asyncio
import io
from collections.abc import Callable
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.exceptions import HTTPError

from ingestio.stack.errors import StackError
from ingestio.stack.ready import ANSWER_SECONDS, NotYet

# The store knows these keys and refuses them; anything else may pass while it starts.
REFUSED = {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch"}


async def ensure_bucket(url: str) -> None:
    """Make the bucket that `http(s)://key:secret@host:port/bucket` names. Raises NotYet or StackError."""
    await asyncio.to_thread(_with_client, url, _ensure)


async def ensure_storing(url: str) -> None:
    """As `ensure_bucket`, and store and delete one byte: listing works seconds before writing does."""
    await asyncio.to_thread(_with_client, url, _ensure_storing)


def _with_client(url: str, act: Callable[[Minio, str], None]) -> None:
    parts = urlsplit(url)
    bucket = parts.path.strip("/")
    pool = urllib3.PoolManager(timeout=ANSWER_SECONDS, retries=False)
    client = Minio(
        parts.netloc.rpartition("@")[2],
        access_key=parts.username,
        secret_key=parts.password,
        secure=parts.scheme == "https",
        region="us-east-1",  # asking the server for it would cost a request
        http_client=pool,
    )
    try:
        act(client, bucket)
    except S3Error as problem:
        if problem.code in REFUSED:
            raise StackError(f"The S3 store refused our key ({problem.code}).") from problem
        raise NotYet(str(problem.code)) from problem
    except (MinioException, HTTPError) as problem:
        raise NotYet(str(problem)) from problem
    finally:
        pool.clear()


def _ensure(client: Minio, bucket: str) -> None:
    if not client.bucket_exists(bucket):
        client.make_bucket(bucket)


def _ensure_storing(client: Minio, bucket: str) -> None:
    _ensure(client, bucket)
    client.put_object(bucket, ".ready", io.BytesIO(b"1"), 1)
    client.remove_object(bucket, ".ready")
