import re
import shutil
import subprocess
from pathlib import Path
from subprocess import PIPE, STDOUT
from typing import Any

import pytest
import yaml

from deploy.prometheus.alerts import ALERTS, Alert
from deploy.prometheus.objectives import DOCUMENTS, REQUESTS
from deploy.prometheus.publish import FOR_THE_OPERATOR, RULES, files, for_the_operator
from docs.metrics.publish import declared, exposed_name
from tests.integration.alert_cases import CASES, Case

ROOT = Path(__file__).parents[2]
SECTIONS = ("## Meaning", "## Impact", "## Look", "## Do", "## Check", "## Ask for help")


def promtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = shutil.which("promtool")
    if command is None:
        pytest.fail("promtool is missing. Install it: make prometheus")
    return subprocess.run([command, *arguments], stdout=PIPE, stderr=STDOUT, text=True, check=False)


def test_the_rules_say_what_the_code_says():
    assert {path.name: path.read_text() for path in RULES.iterdir()} == files()
    assert FOR_THE_OPERATOR.read_text() == for_the_operator()


def test_prometheus_takes_the_rules_and_its_configuration():
    answer = promtool("check", "config", str(ROOT / "deploy/prometheus/prometheus.yml"))

    assert answer.returncode == 0, answer.stdout


def test_alertmanager_takes_its_configuration():
    command = shutil.which("amtool")
    if command is None:
        pytest.fail("amtool is missing. Install it: make prometheus")
    found = subprocess.run(
        [command, "check-config", str(ROOT / "deploy/alertmanager/alertmanager.yml")], capture_output=True, check=False
    )

    assert found.returncode == 0, found.stderr


def test_every_alert_is_tested():
    assert CASES.keys() == {alert.name for alert in ALERTS}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What promtool says of each alert, all asked about at once."""
    folder = tmp_path_factory.mktemp("alerts")
    texts = {name: text for name, text in files().items() if "alert: " in text}
    for alert in ALERTS:
        case = CASES[alert.name]
        (rules,) = [str(RULES / name) for name, text in texts.items() if f"alert: {alert.name}\n" in text]
        step = f"{case.minutes}m"
        test = {"rule_files": [rules], "evaluation_interval": step, "tests": _tests(alert, case, step)}
        (folder / alert.name).write_text(yaml.dump(test, Dumper=yaml.CSafeDumper))
    said = promtool("test", "rules", *(str(folder / alert.name) for alert in ALERTS)).stdout
    return dict(part.split("\n", 1) for part in said.split(f"Unit Testing:  {folder}/")[1:])


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_fires_when_it_is_to_and_else_is_silent(alert: Alert, verdicts: dict[str, str]):
    assert verdicts[alert.name].strip() == "SUCCESS"


def _tests(alert: Alert, case: Case, step: str) -> list[dict[str, Any]]:
    summary = alert.summary
    for label, value in case.labels.items():
        summary = summary.replace(f"{{{{ $labels.{label} }}}}", value)
    fires = {
        "exp_labels": case.labels | {"severity": alert.severity},
        "exp_annotations": alert.annotations | {"summary": summary},
    }
    at = f"{case.at * case.minutes}m"
    return [
        {
            "interval": step,
            "input_series": [{"series": name, "values": values} for name, values in series.items()],
            "alert_rule_test": [{"eval_time": at, "alertname": alert.name, "exp_alerts": expected}],
        }
        for series, expected in ((case.fires, [fires]), (case.quiet, []))
    ]


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_has_a_page_that_says_what_to_do(alert: Alert):
    page = (ROOT / alert.runbook).read_text()

    assert page.startswith(f"# {alert.name}\n")
    assert [section for section in SECTIONS if section not in page] == []
    assert page.count("```promql") >= 1


def test_no_page_is_about_an_alert_that_is_gone():
    pages = {path.stem for path in (ROOT / "docs/runbooks").glob("*.md")} - {"README"}

    assert pages == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_an_alert_asks_only_for_metrics_that_are_declared(alert: Alert):
    known = set()
    for metric in declared():
        name = exposed_name(metric)
        known |= {f"{name}_bucket", f"{name}_count", f"{name}_sum"} if metric._type == "histogram" else {name}
    recorded = {rule["record"] for objective in (DOCUMENTS, REQUESTS) for rule in objective.rules()}

    asked = set(re.findall(r"(?<![\w:])(?:ingestio|gen_ai)[\w:]+", alert.expr))

    assert asked - known - recorded - {"ingestio"} == set()  # the last is the name of a job
