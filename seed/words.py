"""Short texts of simulated people, in our own words: messages both ways, family notes, aims, safety plans, notes.

A text is put together from an opening, a middle and an end, so that hundreds of messages do not read as one.
"""

from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def pick(of: Sequence[T], luck: float) -> T:
    """One of several by a uniform draw."""
    return of[min(int(luck * len(of)), len(of) - 1)]


OPENINGS = ("", "", "", "", "Hi. ", "Hello. ")
LATE = ("", "", "Sorry to write so late. ", "Good evening. ")
ENDINGS: dict[str, tuple[str, ...]] = {
    "logistics": ("", "", " Thank you.", " No hurry."),
    "low": ("", "", "", " Can we talk about it on {day}?"),
    "good": ("", "", "", " I wanted to tell you."),
    "meals": ("", "", " Can we look at it on {day}?"),
    "illness": ("", "", "", " Thank you for reading this."),
    "strain": ("", "", " I hope I may say this."),
}

# What a patient writes, by topic, each with the answers that fit it.
Said = tuple[str, tuple[str, ...]]
PATIENT: dict[str, tuple[Said, ...]] = {
    "logistics": (
        (
            "Could we move the session a little later? My shift changed.",
            ("Of course, I have moved it by half an hour.", "Yes, the next hour is free. I have changed it."),
        ),
        (
            "I will be ten minutes late on {day}, the train is delayed these days.",
            ("Thank you for telling me. No problem at all.",),
        ),
        (
            "Is the group still at five on Thursday?",
            ("Yes, as always. See you there.", "Yes, at five, in the room upstairs."),
        ),
        (
            "I have a medical appointment that morning, is there another slot?",
            ("There is one the day after at the same hour. Shall I keep it for you?",),
        ),
        (
            "The app asked me twice yesterday evening, is that normal?",
            ("No, that should not be. I will pass it on; one answer is enough.",),
        ),
        (
            "Where do I find the breathing exercise from last time?",
            ("Under resources, at the top. I put it there for you.",),
        ),
    ),
    "low": (
        (
            "Today was heavy. I did the entry but could not face much else.",
            (
                "Thank you for writing it down even on such a day. Let us look at it together on {day}.",
                "That you did the entry at all counts. Be gentle with tonight.",
            ),
        ),
        (
            "I woke up at four again and could not stop thinking.",
            (
                "That sounds exhausting. What helped a little last time, could you try that tonight?",
                "Thank you for telling me. Let us take the nights first on {day}.",
            ),
        ),
        (
            "I do not know why I feel like this, nothing really happened.",
            ("You do not have to explain it. We will take it slowly on {day}.",),
        ),
        (
            "I cancelled on my friends. I just wanted to stay in bed.",
            ("I am glad you told me. Is there one of them you could write a line to?",),
        ),
        (
            "Everything takes so much effort this week.",
            ("Then let us make the plan smaller. One thing a day is enough until {day}.",),
        ),
        (
            "I cried at work and had to go outside for a while.",
            ("Going outside was a good way to look after yourself. I will call you tomorrow, is ten all right?",),
        ),
    ),
    "good": (
        (
            "I did it! I went to the dinner and stayed to the end.",
            ("That is wonderful, and it was you who did it. Tell me more on {day}!",),
        ),
        (
            "The walk you suggested helped more than I expected.",
            ("I am really glad. Please write down what made it possible.",),
        ),
        ("I slept seven hours. First time in weeks.", ("What a good thing to read. I hope there are more of these.",)),
        (
            "I told my sister what we talked about and she listened.",
            ("That took courage. I would like to hear how it was for you.",),
        ),
        ("Small thing, but I laughed today, really laughed.", ("Not a small thing at all. Thank you for sharing it.",)),
        (
            "I tried the exercise twice and the second time it was easier.",
            ("That is how it goes. Keep it small and keep it yours.",),
        ),
    ),
    "meals": (
        (
            "Lunch was hard, I left half of it.",
            (
                "Thank you for being so open about it. What was different at that meal?",
                "You stayed at the table and had half. The next one is the next one.",
            ),
        ),
        (
            "I skipped the afternoon snack and then the evening went wrong.",
            ("It helps to see it as a chain. Let us look at where to interrupt it on {day}.",),
        ),
        ("I ate with my family and nobody commented.", ("That is good to hear. What did you notice in yourself?",)),
        (
            "I kept to the plan until dinner. Then not.",
            ("One hard meal does not undo the day. What would help at dinner tomorrow?",),
        ),
        ("Weekends without the group are the worst for meals.", ("Let us plan the weekend together on {day}.",)),
    ),
    "illness": (
        (
            "The results come on Friday and I cannot think of anything else.",
            ("Waiting is hard. Would it help to plan Friday together?",),
        ),
        (
            "The treatment leaves me so tired that I forget the exercises.",
            ("Being this tired is not a lack of will. Leave the exercises for now.",),
        ),
        (
            "I find it hard to tell my children how I am.",
            ("Let us think on {day} about which words could fit for them.",),
        ),
        (
            "Waiting is the worst part. I keep reading things at night.",
            ("Could the reading have its twenty minutes before dinner, and then close? We talk on {day}.",),
        ),
        (
            "The nurse said all is going as planned, I would like to believe it.",
            ("It is understandable that believing it takes longer. I am glad about the news.",),
        ),
    ),
    "strain": (
        (
            "I am not sure we are working on what matters to me.",
            ("Thank you for saying this, it matters. Let us start with it on {day}.",),
        ),
        (
            "Last time I left feeling that you had already decided.",
            ("I may have gone too fast. I would like to hear what you hope for.",),
        ),
        (
            "I said yes to the plan but I do not really believe in it.",
            ("I am glad you tell me. Then it is not yet our plan; we take it up on {day}.",),
        ),
        (
            "I felt a bit lectured last time. Maybe it is me.",
            ("It is good that you bring it up, and it is not only you. Let us talk about how we talk.",),
        ),
        (
            "It is hard to say this in the room: I do not see where we are going.",
            ("Thank you for writing it. On {day} we look at the goals before anything else.",),
        ),
    ),
}

STARTS = (
    "How was the weekend? A line is enough.",
    "I read your entries of this week. The mornings seem harder, is that so?",
    "I put the exercise we talked about into the resources. Did you find it?",
    "Thinking of what you said last time: did you find a moment for it?",
)

BACK = (
    "Better, thank you for asking. More on {day}.",
    "So-so. I will tell you on {day}.",
    "Not really yet, but I will try.",
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
