"""A hook for mkdocs (mkdocs.yml): the site's pages that are made from other files, and links that lead out of docs/.

The front page is README, and the settings page is made from conf/ and its comments, so neither can be out of date.
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

# There are dozens of similar model files; the zoo's page shows them as a table.
_LISTED_ALONE = ("model",)
_ROOT_PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
}
_BLOCKS = ("calibration", "quantisation", "rescoring", "merge", "paths")  # in conf/config.yaml
_OWN = ("_target_", "_partial_")  # what Hydra builds, not a choice for the user
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
    """One line of a file in conf/."""

    key: str
    default: str
    comment: str


def settings_page(conf: Path) -> str:
    """The page, in Markdown: plain settings, then one section per group with its options."""
    config = conf / "config.yaml"
    plain = [each for each in settings_of(config) if each.key not in ("defaults", "hydra", *_BLOCKS)]
    parts = [_HEAD, "## Every run\n\n", _table(plain, "")]
    parts += [f"\n## {block}\n\n{_table(settings_of(config, block), f'{block}.')}" for block in _BLOCKS]
    for group in sorted(path for path in conf.iterdir() if path.is_dir() and path.name != "hydra"):
        parts.append(f"\n## {group.name}\n\n")
        parts.extend(_options(group))
    return "".join(parts)


def settings_of(path: Path, block: str = "") -> list[Setting]:
    """The settings at the top of a file, or those in its ``block``, in file order."""
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
        yield f"### {group.name}={path.stem}\n\n{_first_comment(path)}\n\n"
        settings = [each for each in settings_of(path) if each.key not in (*_OWN, "name", "defaults", "hydra")]
        yield _table(settings, "" if group.name == "experiment" else f"{group.name}.")
        yield "\n"


def _first_comment(path: Path) -> str:
    """The comment at the start of a file."""
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
    """A page from beside docs/, with its links rewritten as seen from docs/."""

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
    """The pages of docs/, and those made here."""
    docs = Path(config.docs_dir)
    made = {"settings.md": settings_page(CONF), "adr/index.md": decisions_page(docs / "adr")}
    made |= {page: root_page(name) for name, page in _ROOT_PAGES.items()}
    for name, content in made.items():
        files.append(File.generated(config, name, content=content))
    for source in _linked_sources(docs):
        files.append(File.generated(config, _copy_of(source), abs_src_path=str(ROOT / source)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:  # noqa: ARG001
    """Links to a file beside docs/ lead to the site's copy; links to the folder of decisions lead to their list."""
    if "/" in page.file.src_uri:
        return markdown
    return _OUTWARDS.sub(lambda link: f"]({_copy_of(link[1])})", markdown).replace("](adr)", "](adr/index.md)")


def _copy_of(source: str) -> str:
    """The file's path on the site; a name that begins with a dot would be left out."""
    return f"source/{source.lstrip('.')}"


def _linked_sources(docs: Path) -> list[str]:
    texts = [*map(root_page, _ROOT_PAGES), *(path.read_text("utf-8") for path in docs.glob("*.md"))]
    named = {name for text in texts for name in _OUTWARDS.findall(text)}
    return sorted(name for name in named if (ROOT / name).is_file())
