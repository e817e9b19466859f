"""The doctor in a whole system that is well."""

import json
import subprocess
import sys

from tests.e2e.conftest import System


def test_the_doctor_finds_nothing_wrong_with_a_system_that_runs(system: System):
    asked = [sys.executable, "-m", "ingestio", "doctor", "--json", "--home", str(system.home.path)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    found = json.loads(done.stdout)

    assert [one for one in found if one["state"] == "problem"] == []
    assert {"postgresql", "rabbitmq", "bucket", "server", "token", "model"} <= {one["part"] for one in found}
    assert done.returncode == 0
