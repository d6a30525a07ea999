"""Short texts about working together, in our own words: what was said in a conversation about a strain, what a patient
would rather, why a step was changed, what was asked for."""

TALKS: tuple[str, ...] = (
    "Said that the plan felt decided before the session began. I had not noticed; I said so.",
    "“I nod, and then I do not do it.” We looked at what the tasks were for, and dropped one.",
    "Asked how it is to work with me at the moment. Quiet first, then: it had felt like being marked.",
    "Did not see the point any more and had not wanted to disappoint me. We began again from what is wanted.",
)
MENDED: tuple[str, ...] = ("mended", "mended", "mended", "partly")
RATHER: tuple[str, ...] = (
    "I would rather begin with something smaller.", "It is more your idea than mine, I think.",
    "Not now. First the nights.", "I want it in other words.",
)  # fmt: skip
PATIENT_ON_STEP: tuple[str, ...] = ("", "", "I think I am ready.", "It is a relief.", "A little soon, but yes.")
STAFF_ON_STEP: tuple[str, ...] = (
    "", "Talked through in session; both views on the table.", "Agreed with the team and with her.",
    "Scores and how the weeks went point the same way.",
)  # fmt: skip
WISHES: tuple[tuple[str, str], ...] = (
    ("more", "Could I talk with somebody once a week for a while?"),
    ("more", "The group is good, but it is not enough."),
    ("less", "I would like to try with fewer days."), ("other", "Is there something for couples?"),
    ("more", ""),
)  # fmt: skip
MARINA_TALK = (
    "“It felt as if the lunches had been decided before I came in.” I said that it was so, and that it was mine. "
    "She wants the evenings first, and to have a say in what is tried."
)
MARINA_TASK = "Plan the weekend's meals on Friday"
MARINA_RATHER = "Weekends are fine by now. Dinners first, please."
MARINA_WISH = "Could I have supper at the unit twice a week for a while? Evenings are the hard part."
