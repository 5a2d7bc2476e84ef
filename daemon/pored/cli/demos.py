"""``pored demo``."""

from __future__ import annotations

from pored.cli.output import say


def demo() -> None:
    """Show the main job on a real portrait: a studio in a temporary folder, an export dropped, its pores back."""
    from pored.demo import run_demo

    shown = run_demo(say)
    say("")
    say("Texture of the skin, the original's being 1:      energy  correlation")
    for name, figures in (("export, as the AI left it", shown.before), ("result, with its pores back", shown.after)):
        say(f"    {name:42}    {figures['energy']:6.2f}  {figures['correlation']:11.2f}")
    say("")
    rows = {
        "look at this": shown.comparison,
        "original": shown.original,
        "export": shown.export,
        "result": shown.result,
        "layered": shown.result.with_suffix(".psd"),
        "report": shown.report,
        "settings": shown.settings,
    }
    for name, path in rows.items():
        say(f"    {name:14}{path}")
    say("")
    say(f"The service is stopped. Go on with: pored run --config {shown.settings}")
    say(f"or be rid of it all: rm -r {shown.studio}")
