"""What a relative is asked with a note: of which days it tells, how those were, and what changed."""

DAYS = (1, 3, 7)  # (d) of which days a note may tell: today, the last three, the last week
HOW = ("better", "usual", "harder")
DOMAINS = ("mood", "meals", "sleep")
CHANGES = ("worse", "same", "better")
LONGEST = 4000  # (d) characters of each of the two texts
