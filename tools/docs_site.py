"""A hook of mkdocs (mkdocs.yml): the pages of the site that are made of other files, and links that lead out of docs/.

The front page is README, and the page of settings is made of conf/ and its comments, so neither can be out of date.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
CONF = ROOT / "conf"

# Of a model there are dozens of files alike; the zoo's page has them as a table.
_LISTED_ALONE = ("model",)
_ROOT_PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
_BLOCKS = ("calibration", "quantisation", "rescoring", "merge", "paths")  # of conf/config.yaml
_OWN = ("_target_", "_partial_")  # what Hydra builds, no choice of the user's
_LINE = re.compile(r"(?P<key>[\w-]+):\s*(?P<value>'[^']*'|\"[^\"]*\"|[^#]*?)\s*(?:#\s*(?P<comment>.*))?")
_LOCAL = re.compile(r"\]\((?!https?://|#)([\w./-]+)\)")
_OUTWARDS = re.compile(r"\]\(\.\./([\w./-]+)\)")
_HEAD = """# All settings

This page is made from the files in `conf/` and their comments. Choose an option of a group with `GROUP=OPTION`, set its
keys with `GROUP.KEY=VALUE`, and every other setting with `KEY=VALUE`. `clsbench --cfg job` prints the resulting
configuration.

"""


@dataclass(frozen=True)
class Setting:
    """One line of a file of conf/."""

    key: str
    default: str
    comment: str


def settings_page(conf: Path) -> str:
    """The page, in Markdown: plain settings, then a section a group with its options."""
    config = conf / "config.yaml"
    plain = [each for each in settings_of(config) if each.key not in ("defaults", "hydra", *_BLOCKS)]
    parts = [_HEAD, "## Every run\n\n", _table(plain, "")]
    parts += [f"\n## {block}\n\n{_table(settings_of(config, block), f'{block}.')}" for block in _BLOCKS]
    for group in sorted(path for path in conf.iterdir() if path.is_dir() and path.name != "hydra"):
        parts.append(f"\n## {group.name}\n\n")
        parts.extend(_options(group))
    return "".join(parts)


def settings_of(path: Path, block: str = "") -> list[Setting]:
    """The settings at the top of a file, or those in its ``block``, in its order."""
    lines = path.read_text("utf-8").splitlines()
    if block:
        start = lines.index(f"{block}:") + 1
        end = next((at for at in range(start, len(lines)) if lines[at][:1].strip()), len(lines))
        lines = [line.strip() for line in lines[start:end]]
    found = (_LINE.fullmatch(line) for line in lines)
    return [Setting(line["key"], line["value"], line["comment"] or "") for line in found if line]


def _options(group: Path) -> Iterator[str]:
    files = sorted(group.glob("*.yaml"))
    if group.name in _LISTED_ALONE:
        yield f"{', '.join(f'`{path.stem}`' for path in files)}: [the zoo](zoo.md).\n"
        return
    for path in files:
        yield f"### {group.name}={path.stem}\n\n{_said_of(path)}\n\n"
        settings = [each for each in settings_of(path) if each.key not in (*_OWN, "name", "defaults", "hydra")]
        yield _table(settings, "" if group.name == "experiment" else f"{group.name}.")
        yield "\n"


def _said_of(path: Path) -> str:
    """The comment that a file begins with."""
    lines = path.read_text("utf-8").splitlines()
    said = [line[1:].strip() for line in lines if line.startswith("#") and not line.startswith("# @package")]
    return _escaped(" ".join(said))


def _table(settings: list[Setting], prefix: str) -> str:
    if not settings:
        return ""
    rows = (f"| `{prefix}{each.key}` | {_code(each.default)} | {_escaped(each.comment)} |" for each in settings)
    return "\n".join(("| setting | default | |", "| --- | --- | --- |", *rows)) + "\n"


def _code(text: str) -> str:
    return f"`{_escaped(text)}`" if text else ""


def _escaped(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")


def root_page(name: str) -> str:
    """A page that lies beside docs/, with its links as they are from docs/."""

    def lead(link: re.Match[str]) -> str:
        target = link[1]
        if target in _ROOT_PAGES:
            return f"]({_ROOT_PAGES[target]})"
        return f"]({target.removeprefix('docs/')})" if target.startswith("docs/") else f"](../{target})"

    return _LOCAL.sub(lead, (ROOT / name).read_text("utf-8"))


def decisions_page(folder: Path) -> str:
    """The list of docs/adr."""
    first_lines = {path.name: path.read_text("utf-8").splitlines()[0] for path in sorted(folder.glob("0*.md"))}
    return "# Decisions\n\n" + "".join(f"- [{line.lstrip('# ')}]({name})\n" for name, line in first_lines.items())


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """The pages of docs/, and those that are made here."""
    docs = Path(config.docs_dir)
    made = {"settings.md": settings_page(CONF), "adr/index.md": decisions_page(docs / "adr")}
    made |= {page: root_page(name) for name, page in _ROOT_PAGES.items()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    for source in _linked_sources(docs):
        files.append(File.generated(config, _copy_of(source), abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """A link to a file beside docs/ leads to the site's copy of it, one to the folder of decisions to their list."""
    if "/" in page.file.src_uri:
        return markdown
    return _OUTWARDS.sub(lambda link: f"]({_copy_of(link[1])})", markdown).replace("](adr)", "](adr/index.md)")


def _copy_of(source: str) -> str:
    """Where the site has it; a name that begins with a dot would be left out."""
    return f"source/{source.lstrip('.')}"


def _linked_sources(docs: Path) -> list[str]:
    texts = [*map(root_page, _ROOT_PAGES), *(path.read_text("utf-8") for path in docs.glob("*.md"))]
    named = {name for text in texts for name in _OUTWARDS.findall(text)}
    return sorted(name for name in named if (ROOT / name).is_file())
