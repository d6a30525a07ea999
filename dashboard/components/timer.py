"""A calm timer that runs in the person's own browser: nothing is asked of the server while it goes, so that it keeps
its time through a lost connection and a locked screen. It says when it was started and when it is over."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from core.language import _

_HTML = """<div class="timer"><svg viewBox="0 0 200 200" aria-hidden="true">
<circle class="ring" cx="100" cy="100" r="92"/><circle class="gone" cx="100" cy="100" r="92"/>
<circle class="breath" cx="100" cy="100" r="76"/></svg>
<div class="face"><div class="phase"></div><div class="left" role="timer"></div></div></div>
<div class="keys"><button class="go" type="button"></button></div>
<div class="said" aria-live="polite"></div>"""
_CSS = """
:host, .timer { display: block; font-family: var(--st-font, sans-serif); color: var(--st-text-color); }
.timer { position: relative; width: min(72vw, 260px); margin: 0.5rem auto; }
svg { display: block; width: 100%; transform: rotate(-90deg); }
.ring { fill: none; stroke: color-mix(in srgb, var(--st-text-color) 14%, transparent); stroke-width: 5; }
.gone { fill: none; stroke: var(--st-primary-color); stroke-width: 5; stroke-linecap: round; stroke-dasharray: 578;
  stroke-dashoffset: 578; }
.breath { fill: color-mix(in srgb, var(--st-primary-color) 20%, transparent); transform: scale(0.62);
  transform-origin: 100px 100px; transition: transform 1s ease-in-out; }
.face { position: absolute; inset: 0; display: flex; flex-direction: column; align-items: center;
  justify-content: center; gap: 0.2rem; }
.phase { font-size: 1.25rem; min-height: 1.6rem; }
.left { font-size: 1.05rem; opacity: 0.8; font-variant-numeric: tabular-nums; }
.keys { display: flex; justify-content: center; }
.go { min-height: 48px; min-width: 9rem; padding: 0 1.4rem; border: 0; border-radius: 0.6rem; font: inherit;
  font-size: 1rem; cursor: pointer; background: var(--st-primary-color); color: var(--st-background-color); }
.go:focus-visible { outline: 3px solid var(--st-text-color); outline-offset: 2px; }
.go[hidden] { display: none; }
.said { text-align: center; min-height: 1.4rem; padding-top: 0.4rem; color: var(--st-text-color); }
@media (prefers-reduced-motion: reduce) { .breath { display: none; } }
"""
_JS = """
const runs = new WeakMap();
const clock = (ms) => {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return Math.floor(s / 60) + ":" + String(s % 60).padStart(2, "0");
};
export default function ({ data, parentElement, setTriggerValue }) {
  const part = (name) => parentElement.querySelector("." + name);
  const about = JSON.stringify([data.name, data.seconds, data.phases]);
  let run = runs.get(parentElement);
  if (!run || run.about !== about) {
    if (run) clearInterval(run.beat);
    run = { about, gone: 0, since: null, over: false, shown: null };
    runs.set(parentElement, run);
  }
  const all = data.seconds * 1000;
  const cycle = data.phases.reduce((sum, one) => sum + one.seconds * 1000, 0);
  const gone = () => Math.min(all, run.gone + (run.since ? Date.now() - run.since : 0));
  const draw = () => {
    const at = gone();
    part("gone").style.strokeDashoffset = 578 * (1 - at / all);
    part("left").textContent = clock(all - at);
    const go = part("go");
    go.hidden = run.over;
    go.textContent = run.since ? data.says.pause : at ? data.says.go_on : data.says.start;
    part("said").textContent = run.over ? data.says.over : "";
    let rest = cycle ? at % cycle : 0;
    const phase = run.over ? -1 : data.phases.findIndex((one) => (rest -= one.seconds * 1000) < 0);
    const now = run.since && cycle ? phase : -1;
    if (now !== run.shown) {
      run.shown = now;
      part("phase").textContent = now < 0 ? "" : data.phases[now].says;
      const breath = part("breath");
      breath.style.transitionDuration = (now < 0 ? 1 : data.phases[now].seconds) + "s";
      breath.style.transform = "scale(" + (now === 0 ? 1 : 0.62) + ")";
    }
    if (at >= all && !run.over) {
      run.over = true; run.since = null; run.gone = all; clearInterval(run.beat);
      if (navigator.vibrate) navigator.vibrate(200);
      setTriggerValue("over", true);
      draw();
    }
  };
  part("go").onclick = () => {
    if (run.since) {
      run.gone = gone(); run.since = null; clearInterval(run.beat);
    } else {
      const first = run.gone === 0;
      run.since = Date.now();
      clearInterval(run.beat);
      run.beat = setInterval(() => run.draw(), 200);
      if (first) setTriggerValue("started", true);
    }
    draw();
  };
  run.draw = draw;
  draw();
  return () => { if (!parentElement.isConnected) clearInterval(run.beat); };
}
"""


@dataclass(frozen=True, slots=True)
class Turn:
    """One phase of a cycle: what it says and how many seconds it lasts. The first one makes the circle grow."""

    says: str
    seconds: int


def render_timer(*, name: str, minutes: int, turns: Sequence[Turn], on_start: Callable[[], None]) -> bool:
    """Draw the timer ``name`` of so many minutes; ``on_start`` is called when it is started first. Whether it came to
    its end just now."""
    mount = st.components.v2.component("vincle_timer", html=_HTML, css=_CSS, js=_JS)
    says = {
        "start": _("Start"), "pause": _("Pause"), "go_on": _("Go on"),
        "over": _("The time is over. Take a moment before you go on."),
    }  # fmt: skip
    phases = [{"says": turn.says, "seconds": turn.seconds} for turn in turns]
    data = {"name": name, "seconds": minutes * 60, "phases": phases, "says": says}
    result = mount(data=data, key=f"timer_{name}", on_started_change=on_start, on_over_change=_nothing)
    return bool(result.over)


def _nothing() -> None:
    """The end of the time needs no step of its own: the page is drawn anew."""
