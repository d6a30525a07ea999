"""The safety plan as one file that opens on any telephone without a connection, and prints on one page. All that stands
in it is escaped; it asks for nothing from anywhere."""

from collections.abc import Sequence
from html import escape

_STYLE = """
body { font: 17px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1.2rem; max-width: 40rem; color: #1f2a2c;
  background: #fbfaf7; }
h1 { font-size: 1.5rem; margin: 0 0 .3rem; color: #0f6b66; }
h2 { font-size: 1.05rem; margin: 0 0 .3rem; }
section { border: 1px solid #e3dfd4; border-radius: 10px; padding: .8rem 1rem; margin: .7rem 0; break-inside: avoid; }
p { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
.small { color: #5c6866; font-size: .85rem; }
@media (prefers-color-scheme: dark) { body { color: #e9e6de; background: #151a1a; } h1 { color: #5bbcb3; }
  section { border-color: #344040; } .small { color: #a3aeab; } }
@media print { body { background: #fff; color: #000; font-size: 12pt; padding: 0; } section { border-color: #999; } }
"""


def safety_plan_html(
    *, title: str, changed: str, parts: Sequence[tuple[str, str]], contacts: Sequence[str], not_watched: str,
    language: str = "en",
) -> str:  # fmt: skip
    """A page of its own with ``parts`` as (heading, words) and ``contacts`` as lines; no script, no address in it."""
    sections = "".join(f"<section><h2>{escape(head)}</h2><p>{escape(text)}</p></section>" for head, text in parts)
    lines = "".join(f"<p>{escape(line)}</p>" for line in contacts)
    return (
        f'<!doctype html><html lang="{escape(language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f'<p class="small">{escape(changed)}</p>{sections}<section>{lines}'
        f'<p class="small">{escape(not_watched)}</p></section></body></html>'
    )
