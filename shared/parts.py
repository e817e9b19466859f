"""Objects that come in parts. The minio SDK keeps these calls to itself; this is the only place that uses them."""

from collections.abc import Sequence

from minio import Minio
from minio.datatypes import Part


class PartsClient(Minio):
    """minio's client with S3's multipart uploads opened up. Raises what the SDK raises."""

    def begin(self, bucket: str, key: str) -> str:
        return str(self._create_multipart_upload(bucket, key, {}))

    def put_part(self, bucket: str, key: str, begun: str, number: int, body: bytes) -> str:
        return str(self._upload_part(bucket, key, body, None, begun, number))

    def join(self, bucket: str, key: str, begun: str, tags: Sequence[str]) -> None:
        parts = [Part(number, tag) for number, tag in enumerate(tags, start=1)]
        self._complete_multipart_upload(bucket, key, begun, parts)

    def drop(self, bucket: str, key: str, begun: str) -> None:
        self._abort_multipart_upload(bucket, key, begun)
