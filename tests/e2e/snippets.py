"""The snippets of a page of the docs, and the script that does what the page says, in its order.

```sh and ```python run, a ```diff is applied; a name behind the language makes the block a file of that name. ```json without
a name is only read.
What is tagged ```console or ```text is shown and not run.
"""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = {"console", "text", "mermaid"}


@dataclass(frozen=True)
class Snippet:
    language: str
    file: str
    text: str


def snippets(page: Path) -> list[Snippet]:
    return [Snippet(*parts) for parts in _BLOCK.findall(page.read_text())]


def script(page: Path) -> str:
    """For one bash, so that variables live on from block to block; it ends at the first command that fails."""
    return "\n".join(["set -euo pipefail", *filter(None, map(_command, snippets(page)))])


def _command(snippet: Snippet) -> str:
    if snippet.file:
        return f"mkdir -p $(dirname {snippet.file}) && cat > {snippet.file} << 'END_OF_FILE'\n{snippet.text}END_OF_FILE"
    if snippet.language == "python":
        return f"python - << 'END_OF_PYTHON'\n{snippet.text}END_OF_PYTHON"
    if snippet.language == "diff":
        return f"git apply --recount << 'END_OF_DIFF'\n{snippet.text}END_OF_DIFF"
    return snippet.text if snippet.language == "sh" else ""
