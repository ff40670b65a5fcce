"""Tables of texts."""

from clsbench.compare.tables import Table, differing


def test_only_what_differs_has_a_row() -> None:
    table = differing(
        "Params", "AB", [{"crop": "single", "size": "large"}, {"crop": "multi12", "size": "large", "x": "1"}]
    )
    assert [list(row) for row in table.rows] == [["crop", "single", "multi12"], ["x", "", "1"]]


def test_a_name_stays_text_in_markdown() -> None:
    text = Table("<b>t</b>", ("", "A"), [("a|b\n<script>", "[x](y) `c`")]).markdown()
    assert "<" not in text
    assert text.splitlines()[-1] == r"| a\|b &lt;script> | \[x](y) \`c\` |"
    assert text.startswith("## &lt;b>t&lt;/b>\n")
