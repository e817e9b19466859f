"""The account that runs PostgreSQL for root is made once, however many ask for it at the same time."""

import os
import pwd
import subprocess
import sys

import pytest

ACCOUNT = "ingestio-made-by-test"
ASK = f"""
from ingestio.stack import account
account.ACCOUNT = {ACCOUNT!r}
print("ready", flush=True)
input()
print(account.postgres_account().pw_uid)
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as another account")
def test_those_who_ask_at_once_are_told_the_same_account() -> None:
    pipe = subprocess.PIPE
    asking = [subprocess.Popen([sys.executable, "-c", ASK], stdin=pipe, stdout=pipe, text=True) for _ in range(8)]
    try:
        for asker in asking:
            assert asker.stdout
            asker.stdout.readline()
        for asker in asking:
            assert asker.stdin
            asker.stdin.write("\n")
            asker.stdin.flush()
        told = {asker.communicate(timeout=60)[0].strip() for asker in asking}

        assert told == {str(pwd.getpwnam(ACCOUNT).pw_uid)}
    finally:
        subprocess.run(["/usr/sbin/userdel", ACCOUNT], check=False)
