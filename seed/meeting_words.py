"""What simulated teams decide and agree on in their meetings."""

DECISIONS = (
    "Stay on this step for four more weeks, then look again together.",
    "Goals are to be said anew in the next session: they no longer fit.",
    "Two sessions a week until the meals are steady again.",
    "Offer the step down; the patient wishes it and the course allows it.",
    "Invite the family to one session, if the patient agrees.",
    "Ask openly how the work together is going before anything else.",
    "No change. What is agreed carries; say that we see it.",
    "Joint session with the nurse about the mornings.",
    "Look at sleep first, leave the rest of the plan as it is.",
)
ACTIONS = (
    "Call and agree on a session this week",
    "Write to the school about half days",
    "Send the exercise on sleep",
    "Ask the dietitian for an appointment",
    "Go through the safety plan together",
    "Speak with the general practitioner",
    "Prepare the conversation about goals",
    "Offer the group on Thursdays",
)
