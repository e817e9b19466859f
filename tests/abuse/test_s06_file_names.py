"""S06: forty names that mean something to a path, a header, a terminal, a page or a sheet mean nothing here."""

import re
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.integration.front_door import FrontDoor

LETTER = Path("samples/letter.pdf").read_bytes()
NAMES = [
    *("../../etc/passwd", "..\\..\\windows\\system32\\x.pdf", "/etc/shadow", "C:\\x.pdf", "\\\\server\\share\\x.pdf"),
    *("....//....//x.pdf", "%2e%2e%2fx.pdf", "..%c0%afx.pdf", "~/.ssh/id_rsa", ".", "..", "...", " ", ".htaccess"),
    *(
        "a\x00.pdf",
        "a\x00b/../c.pdf",
        "a\r\nSet-Cookie: x=1.pdf",
        "a\nb.pdf",
        "a\tb.pdf",
        "a\x1b[31mb.pdf",
        "a\x7f.pdf",
    ),
    *("a\u202efdp.exe", "\u2066a\u2069.pdf", "\u200ea.pdf", "a\u0085b.pdf", "a\u2028b.pdf", "\ufeffa.pdf"),
    *("<img src=x onerror=alert(1)>.pdf", "'; DROP TABLE documents; --.pdf", '"quoted".pdf', "a;b=c.pdf", "a%00.pdf"),
    *("=cmd|'/c calc'!A1.pdf", "${jndi:ldap://127.0.0.1/x}.pdf", "{{7*7}}.pdf", "$(id).pdf", "`id`.pdf", "|id.pdf"),
    *("x" * 4096 + ".pdf", "\u00e9" * 300 + ".pdf", "CON", "aux.pdf", "a" * 50 + "." + "b" * 300),
]
KEY = r"batches/[0-9a-f-]{36}/[0-9a-f-]{36}/[0-9a-f-]{36}-[A-Za-z0-9._-]{1,100}"


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
async def test_a_name_stays_a_name(front_door: FrontDoor, name: str):
    user = await front_door.tenant()
    quoted = name.replace("\\", "\\\\").replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
    body = f'--x\r\nContent-Disposition: form-data; name="files"; filename="{quoted}"\r\n\r\n'.encode()
    async with front_door.http(user) as client:
        headers = {"content-type": "multipart/form-data; boundary=x"}
        answer = await client.post("/api/batches", content=body + LETTER + b"\r\n--x--\r\n", headers=headers)
        told = answer.json()["files"][0]
        back = await client.get(f"/api/files/{told['document_id']}")
    (row,) = await front_door.rows("SELECT object_key FROM documents WHERE tenant_id = $1", user.id)

    assert answer.status_code == 202
    assert re.fullmatch(KEY, row.object_key)
    assert len(told["file_name"].encode()) <= 200
    assert not re.search(r"[\x00-\x1f\x7f-\x9f/\\\u200e\u200f\u2028-\u202e\u2066-\u2069]", told["file_name"])
    assert back.content == LETTER
    disposition = back.headers["content-disposition"]
    assert re.fullmatch(r"attachment; filename=\"[\w .()&+-]*\"; filename\*=UTF-8''[\w.~%-]*", disposition, re.ASCII)
    assert disposition.endswith(f"UTF-8''{quote(told['file_name'], safe='')}")
    assert (back.headers["x-content-type-options"], back.headers["content-security-policy"]) == ("nosniff", "sandbox")


def test_there_are_forty():
    assert len(set(NAMES)) >= 40
