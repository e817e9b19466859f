"""The bucket: whether it can be reached, written, read and cleaned."""

from uuid import uuid4

from ingestio.doctor.findings import Finding, good, problem
from shared.storage import ObjectMissingError, Storage

_RIGHTS = "Look at the key's rights in the bucket, and whether the store takes writes: its disk may be full."


async def look_at_bucket(url: str) -> list[Finding]:
    """Writes one small object, reads it, and deletes it again."""
    storage, key, body = Storage(url), f"uploads/doctor/{uuid4()}", b"IngestIO was here."
    step = "written"
    try:
        await storage.put(key, body)
        step = "read"
        same = await storage.get(key) == body
        step = "deleted"
        await storage.delete(key)
    except (OSError, ObjectMissingError, ValueError) as error:
        return [problem("bucket", f"an object cannot be {step} ({error})", _RIGHTS)]
    return [
        good("bucket", "written, read and cleaned") if same else problem("bucket", "gives back other bytes", _RIGHTS)
    ]
