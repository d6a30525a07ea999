"""The chores of a running application, by name; ``python -m dashboard run`` does them in the background."""

from datetime import timedelta

from core.check_ins.rounds import go_round as ask_round
from core.chores import Chore
from core.notify.delivery import go_round as deliver_round
from core.rules.rounds import go_round

CHORES: tuple[Chore, ...] = (
    Chore("rules", timedelta(minutes=15), go_round),  # (d) nothing that time alone brings is due sooner than hours
    Chore("prompts", timedelta(seconds=60), ask_round),
    Chore("notifications", timedelta(seconds=15), deliver_round),
)
