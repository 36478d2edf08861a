"""A sequence diagram as SVG: lifelines, arrows with their time, notes, headings."""
from xml.sax.saxutils import escape

ROW, TOP, LEFT, GAP = 27, 110, 110, 310
STYLE = """
text { font: 12px sans-serif; fill: #222; paint-order: stroke; stroke: white; stroke-width: 3px }
.time { font: 11px monospace; fill: #777 } .note { fill: #777 }
.head { font-weight: bold; font-size: 13px } .title { font-size: 18px; font-weight: bold } .life { stroke: #bbb }
.arrow { stroke: #2563a8; stroke-width: 1.4 } .event { fill: #fff6d6; stroke: #d8b84a } .phase { fill: #eef3f8 }
"""


class Diagram:
    def __init__(self, title, lanes):
        """lanes: [(key, title, subtitle)] from left to right."""
        self.title, self.lanes, self.rows = title, lanes, []
        self.at = {key: LEFT + 70 + n * GAP for n, (key, _, _) in enumerate(lanes)}

    def arrow(self, time, source, target, text, note=""):
        """target None: to everybody."""
        self.rows.append(("arrow", time, source, target, text, note))

    def event(self, time, lane, text):
        self.rows.append(("event", time, lane, None, text, ""))

    def phase(self, text):
        self.rows.append(("phase", None, None, None, text, ""))

    def _arrow(self, y, time, source, target, text, note):
        x1 = self.at[source]
        x2 = self.at[target] if target else x1 + GAP * (0.45 if x1 == min(self.at.values()) else -0.45)
        if not target and source == "station":
            x2 = x1 + GAP * 0.45
        dash = ' stroke-dasharray="5 3"' if not target else ""
        middle = (x1 + x2) / 2
        yield '<line class="arrow" x1="%d" y1="%d" x2="%d" y2="%d" marker-end="url(#tip)"%s/>' % (x1, y, x2, y, dash)
        yield '<text x="%d" y="%d" text-anchor="middle">%s<tspan class="note" dx="8">%s</tspan></text>' % (
            middle, y - 6, escape(text), escape(note))

    def _event(self, y, lane, text):
        width = 14 + 7.2 * len(text)
        x = self.at[lane] - width / 2
        yield '<rect class="event" x="%d" y="%d" width="%d" height="18" rx="4"/>' % (x, y - 14, width)
        yield '<text x="%d" y="%d" text-anchor="middle">%s</text>' % (self.at[lane], y - 1, escape(text))

    def write(self, path):
        width, height = max(self.at.values()) + 170, TOP + ROW * (len(self.rows) + 2)
        out = ['<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">' % (
            width, height, width, height), "<style>%s</style>" % STYLE,
            '<defs><marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" '
            'orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#2563a8"/></marker></defs>',
            '<rect width="100%" height="100%" fill="white"/>',
            '<text class="title" x="20" y="30">%s</text>' % escape(self.title)]
        for key, title, subtitle in self.lanes:
            x = self.at[key]
            out.append('<text class="head" x="%d" y="62" text-anchor="middle">%s</text>' % (x, escape(title)))
            out.append('<text class="note" x="%d" y="78" text-anchor="middle">%s</text>' % (x, escape(subtitle)))
            out.append('<line class="life" x1="%d" y1="86" x2="%d" y2="%d"/>' % (x, x, height - 20))
        for n, (kind, time, source, target, text, note) in enumerate(self.rows):
            y = TOP + ROW * (n + 1)
            if time is not None:
                out.append('<text class="time" x="20" y="%d">%9.4f s</text>' % (y, time))
            if kind == "arrow":
                out.extend(self._arrow(y, time, source, target, text, note))
            elif kind == "event":
                out.extend(self._event(y, source, text))
            else:
                out.append('<rect class="phase" x="10" y="%d" width="%d" height="20"/>' % (y - 15, width - 20))
                out.append('<text class="head" x="20" y="%d">%s</text>' % (y, escape(text)))
        out.append("</svg>\n")
        with open(path, "w", encoding="utf-8") as f:
            f.write("\n".join(out))
