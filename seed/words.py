"""Short texts of simulated people, in our own words: messages both ways, family notes, aims, safety plans, notes.

A text is put together from an opening, a middle and an end, so that hundreds of messages do not read as one.
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def pick(of: Sequence[T], luck: float) -> T:
    """One of several by a uniform draw."""
    return of[min(int(luck * len(of)), len(of) - 1)]


OPENINGS = ("", "", "", "Hi. ", "Hello, ", "Good evening. ", "Sorry to write so late. ", "Quick one: ")
ENDINGS = (
    "",
    "",
    "",
    " Thank you.",
    " Can we talk about it on {day}?",
    " No hurry.",
    " Until {day}.",
    " I hope that is all right.",
)

PATIENT: dict[str, tuple[str, ...]] = {
    "logistics": (
        "could we move the session a little later? My shift changed.",
        "I will be ten minutes late, the train is delayed again.",
        "Is the group still at five on Thursday?",
        "I have a medical appointment that morning, is there another slot?",
        "the app asked me twice yesterday evening, is that normal?",
        "Where do I find the breathing exercise from last time?",
    ),
    "low": (
        "today was heavy. I did the entry but could not face much else.",
        "I woke up at four again and could not stop thinking.",
        "I do not know why I feel like this, nothing really happened.",
        "I cancelled on my friends. I just wanted to stay in bed.",
        "Everything takes so much effort this week.",
        "I cried at work and had to go outside for a while.",
    ),
    "good": (
        "I did it! I went to the dinner and stayed to the end.",
        "the walk you suggested helped more than I expected.",
        "I slept seven hours. First time in weeks.",
        "I told my sister what we talked about and she listened.",
        "small thing, but I laughed today, really laughed.",
        "I tried the exercise twice and the second time it was easier.",
    ),
    "meals": (
        "lunch was hard, I left half of it.",
        "I skipped the afternoon snack and then the evening went wrong.",
        "I ate with my family and nobody commented. That was good.",
        "I kept to the plan until dinner. Then not.",
        "weekends without the group are the worst for meals.",
    ),
    "illness": (
        "the results come on Friday and I cannot think of anything else.",
        "the treatment leaves me so tired that I forget the exercises.",
        "I find it hard to tell my children how I am.",
        "waiting is the worst part. I keep reading things at night.",
        "the nurse said all is going as planned, I would like to believe it.",
    ),
    "strain": (
        "I am not sure we are working on what matters to me.",
        "last time I left feeling that you had already decided.",
        "I said yes to the plan but I do not really believe in it.",
        "I felt a bit lectured on Tuesday. Maybe it is me.",
        "it is hard to say this in the room: I do not see where we are going.",
    ),
}

THERAPIST: dict[str, tuple[str, ...]] = {
    "logistics": (
        "Of course, I have moved it. See you then.",
        "Thank you for telling me. No problem at all.",
        "Yes, as always. I look forward to seeing you there.",
        "I will look into it and tell you on {day}.",
    ),
    "low": (
        "Thank you for writing it down even on such a day. Let us look at it together on {day}.",
        "That sounds exhausting. What helped a little last time, could you try that tonight?",
        "I am glad you told me. I will call you tomorrow morning, is ten all right?",
        "You do not have to explain it. We will take it slowly on {day}.",
    ),
    "good": (
        "That is wonderful, and it was you who did it. Tell me more on {day}!",
        "I am really glad. Please write down what made it possible.",
        "What a good thing to read. Keep it small and keep it yours.",
    ),
    "meals": (
        "Thank you for being so open about it. What was different at that meal?",
        "One hard meal does not undo the week. The next one is the next one.",
        "Let us plan the weekend together on {day}.",
    ),
    "illness": (
        "Waiting is hard. Would it help to plan Friday together?",
        "Being this tired is not a lack of will. Leave the exercises for now.",
        "Let us think on {day} about which words could fit for the children.",
    ),
    "strain": (
        "Thank you for saying this, it matters. Let us start with it on {day}.",
        "You are right to bring it up. I may have gone too fast; I would like to hear what you hope for.",
        "I did not see it that way, and I am glad you told me. We take it up on {day}.",
    ),
    "start": (
        "How was the weekend? A line is enough.",
        "I read your entries of this week. The mornings seem harder, is that so?",
        "I put the exercise we talked about into the resources.",
        "Thinking of what you said on {day}: did you find a moment for it?",
        "I have not heard from you for some days and wanted to ask how you are.",
    ),
}

BACK = (
    "Better, thank you for asking.",
    "So-so. I will tell you on {day}.",
    "Yes, that is so. I had not noticed it.",
    "Not yet, but I will try.",
    "Busy week, sorry for the silence.",
)

FAMILY: dict[str, tuple[str, ...]] = {
    "worse": (
        "Did not come to the table on {day} and went to bed very early.",
        "More closed than usual this week, we hardly talked.",
        "We noticed the light on at three in the morning, twice.",
        "There was an argument at dinner. I did not know what to say.",
    ),
    "same": (
        "An ordinary week. We went for a walk on {day}.",
        "No big changes. Meals are quiet but they happen.",
        "Tired, but we watched a film together.",
    ),
    "better": (
        "Laughed with the cousins on {day}, it was good to see.",
        "Came with us to the market and chose the fruit.",
        "More rested, I think. Got up alone on {day}.",
    ),
}

AIMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "day_care": (
        ("Eat lunch with others without dread", "Sleep through most nights", "Go back to the studies in spring",
         "Be kinder with my body", "Dare to say no at home"),
        ("Plan the weekend's meals on Friday", "Write down the thought before the urge",
         "Fifteen minutes outside a day",
         "One meal a week with a friend", "Breathing exercise after dinner"),
    ),
    "oncology": (
        ("Sleep without going over everything", "Talk with the children about the illness", "Enjoy one thing a day",
         "Be less afraid of the check-ups", "Ask for help when I need it"),
        ("Worry time of twenty minutes, then close it", "Short walk on good days",
         "Bring my questions to the doctor on paper",
         "Read one page of the campus a week", "Call one person from the group"),
    ),
}  # fmt: skip

SAFETY_PLAN: dict[str, tuple[str, ...]] = {
    "warning_signs": ("I stop answering messages.", "Nights without sleep, everything feels pointless."),
    "own_coping": ("Cold water, music with headphones.", "Walk around the block, breathing exercise."),
    "distraction": ("The library, the café on the corner.", "My sister's kitchen, the swimming pool."),
    "people_to_ask": ("My sister.", "My friend from the choir."),
    "professionals": ("My therapist; at night 024 or 112.", "The team in the morning; at night 024 or 112."),
    "safe_place": ("My brother keeps the medicines.", "I stay with my parents for the night."),
    "reasons_for_living": ("My niece. The sea.", "The garden, and the people in it."),
}

NOTES = (
    "Went over the week's entries together; agreed on one small step.",
    "Talked about the family dinner; rehearsed a sentence for the next one.",
    "Less energy than last time. Reviewed sleep and medication times with the physician.",
    "Asked how we are working together; a good talk, nothing to change for now.",
    "Telephone contact, brief. Will be seen as planned.",
)

# What a clinician did about an alert: the action's code and the words beside it.
CLOSINGS = (
    ("called", "Called in the afternoon. Tired, but safe; knows whom to call tonight."),
    ("called", "Short call. We went through the safety plan and agreed on the next contact."),
    ("wrote", "Wrote a line and had an answer the same day."),
    ("saw_in_person", "Took it up in the session; it is about the situation at home."),
    ("saw_in_person", "Asked openly. It helped to say it; goals written anew."),
    ("discussed_in_team", "Adapted the plan for the coming week."),
    ("discussed_in_team", "Known and discussed already; nothing to change."),
)
