"""Exercises: what was agreed on and why, what comes next first; a library by topic, and the meetings of one's step."""

import streamlit as st

from core.access.permissions import Permission
from core.exercises.library import exercises
from core.queries.exercises import ExercisesPage, my_exercises
from dashboard import context
from dashboard.components.exercise import render_afterwards, render_exercise
from dashboard.components.my_exercises import ASSIGNED, DONE, EXERCISE, render_my_exercises


def main() -> None:
    """The exercise that the address names, what comes after one, or all of them."""
    context.require(Permission.READ_OWN_SPACE)
    page = context.read(my_exercises)
    if not _render_one(page):
        render_my_exercises(page)


def _render_one(page: ExercisesPage) -> bool:
    one = exercises().get(st.query_params.get(EXERCISE, ""))
    if one is None:
        return False
    number = st.query_params.get(DONE, "")
    done = next((doing for doing in page.doings if str(doing.id) == number and doing.done_at), None)
    if done is not None:
        render_afterwards(page, done, one)
        return True
    asked = st.query_params.get(ASSIGNED, "")
    assigned = next((it for it in page.assigned if str(it.id) == asked and it.exercise == one.code), None)
    if assigned is None and one not in page.library:
        return False
    render_exercise(page, one, assigned)
    return True


main()
