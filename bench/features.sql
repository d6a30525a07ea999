-- The features of core/signals/features.py written by hand in DuckDB's SQL, from the same columns. Each statement is one
-- table: point (and series) with its numbers, null where there are too few values.

-- days
WITH known AS (SELECT patient_key, day, measure_id, n, total, high FROM days WHERE isfinite(total) AND n > 0),
nights AS (
  SELECT patient_key, day, max(total / n) FILTER (measure_id = 53) AS asleep,
         max(total / n) FILTER (measure_id = 54) AS awake
  FROM known WHERE measure_id IN (53, 54) GROUP BY ALL HAVING count(*) = 2
),
values_of AS (
  SELECT patient_key, day, series, sum(total) / sum(n) * any_value(scale) AS value,
         max(high) FILTER (isfinite(high)) AS high
  FROM known JOIN belongs USING (measure_id) WHERE made = 'mean' GROUP BY ALL
  UNION ALL
  SELECT patient_key, day, series,
         max(CASE WHEN made = 'below' THEN total / n < edge ELSE total / n > edge END)::DOUBLE, NULL
  FROM known JOIN belongs USING (measure_id) WHERE made IN ('below', 'above') GROUP BY ALL
  UNION ALL
  SELECT patient_key, day, 'sleep_middle', (asleep + awake) / 2, NULL FROM nights
  UNION ALL
  SELECT patient_key, day, 'sleep_regularity',
         -100 + 200 * (1 - least(slept + before_slept
           - 2 * greatest(least(awake, before_awake) - greatest(asleep, before_asleep), 0), 24) / 24), NULL
  FROM (
    SELECT *, awake - asleep AS slept, lag(awake) OVER own - lag(asleep) OVER own AS before_slept,
           lag(awake) OVER own AS before_awake, lag(asleep) OVER own AS before_asleep, lag(day) OVER own AS before_day
    FROM nights WINDOW own AS (PARTITION BY patient_key ORDER BY day)
  )
  WHERE before_day = day - 1 AND slept > 0 AND slept < 24 AND before_slept > 0 AND before_slept < 24
),
seen AS (
  SELECT point, series, p.day - v.day AS age, (v.day + 3) % 7 >= 5 AS free, value, high
  FROM values_of v JOIN points p ON p.patient_key = v.patient_key AND p.day - v.day BETWEEN 1 AND 63
)
SELECT point, series,
  CASE WHEN n7 >= 3 THEN m7 END AS mean_7,
  CASE WHEN n7 >= 3 AND b7 >= 10 THEN m7 - mb7 END AS change_7,
  CASE WHEN n14 >= 7 AND b14 >= 10 THEN m14 - mb14 END AS change_14,
  CASE WHEN n28 >= 10 AND b28 >= 10 THEN m28 - mb28 END AS change_28,
  CASE WHEN n14 >= 10 THEN s14 END AS sd_14,
  CASE WHEN n14 >= 10 AND b14 >= 10 THEN s14 - sb14 END AS sd_change_14,
  CASE WHEN n14 >= 7 THEN m14 END AS share_14,
  CASE WHEN n28 >= 7 THEN m28 END AS sri_28,
  CASE WHEN n_free >= 2 AND n28 - n_free >= 5 THEN abs(m_free - m_work) END AS jet_lag_28,
  h14 AS highest_14,
  CASE WHEN nh28 >= 5 THEN above END AS days_above_28
FROM (
  SELECT point, series,
    count(*) FILTER (age <= 7) AS n7, avg(value) FILTER (age <= 7) AS m7,
    count(*) FILTER (age > 7) AS b7, avg(value) FILTER (age > 7) AS mb7,
    count(*) FILTER (age <= 14) AS n14, avg(value) FILTER (age <= 14) AS m14,
    count(*) FILTER (age > 14) AS b14, avg(value) FILTER (age > 14) AS mb14,
    count(*) FILTER (age <= 28) AS n28, avg(value) FILTER (age <= 28) AS m28,
    count(*) FILTER (age > 28) AS b28, avg(value) FILTER (age > 28) AS mb28,
    stddev_samp(value) FILTER (age <= 14) AS s14, stddev_samp(value) FILTER (age > 14) AS sb14,
    count(*) FILTER (age <= 28 AND free) AS n_free, avg(value) FILTER (age <= 28 AND free) AS m_free,
    avg(value) FILTER (age <= 28 AND NOT free) AS m_work,
    max(high) FILTER (age <= 14) AS h14, count(high) FILTER (age <= 28) AS nh28,
    avg((high > 0)::INT) FILTER (age <= 28) AS above
  FROM seen GROUP BY ALL
);

-- trend
WITH seen AS (
  SELECT point, series, p.day - v.day AS age, value
  FROM (
    SELECT patient_key, day, series, sum(total) / sum(n) * any_value(scale) AS value
    FROM days JOIN belongs USING (measure_id)
    WHERE isfinite(total) AND n > 0 AND series IN ('mood_good', 'mood_low', 'urges', 'sleep_hours') AND made = 'mean'
    GROUP BY ALL
  ) v JOIN points p ON p.patient_key = v.patient_key AND p.day - v.day BETWEEN 1 AND 14
)
SELECT a.point, a.series, median((a.value - b.value) / (b.age - a.age)) AS trend_14
FROM seen a JOIN seen b ON a.point = b.point AND a.series = b.series AND a.age < b.age
GROUP BY ALL HAVING count(*) >= 21;

-- jumps
WITH jumps AS (
  SELECT patient_key, day, series, abs(value - lag(value) OVER own) AS jump
  FROM (
    SELECT patient_key, day, series, sum(total) / sum(n) * any_value(scale) AS value
    FROM days JOIN belongs USING (measure_id)
    WHERE isfinite(total) AND n > 0 AND series IN ('mood_low', 'urges') AND made = 'mean' GROUP BY ALL
  )
  WINDOW own AS (PARTITION BY patient_key, series ORDER BY day)
  QUALIFY lag(day) OVER own = day - 1
),
seen AS (
  SELECT point, series, p.day - v.day AS age, jump
  FROM jumps v JOIN points p ON p.patient_key = v.patient_key AND p.day - v.day BETWEEN 1 AND 62
),
edges AS (SELECT point, series, quantile_cont(jump, 0.9) AS edge FROM seen GROUP BY ALL HAVING count(*) >= 20)
SELECT point, series, count(*) FILTER (jump >= edge AND jump > 0) / count(*) AS pac_14
FROM seen JOIN edges USING (point, series) WHERE age <= 14 GROUP BY ALL HAVING count(*) >= 7;

-- within
WITH entries AS (
  SELECT patient_key, day, series, "at", avg(value) AS value
  FROM moments JOIN belongs USING (measure_id)
  WHERE isfinite(value) AND series IN ('mood_good', 'mood_low', 'tension') GROUP BY ALL
),
paired AS (
  SELECT *, lag(value) OVER (PARTITION BY patient_key, series, day ORDER BY "at") AS before FROM entries
),
daily AS (
  SELECT patient_key, day, series, count(before) AS pairs, sum((value - before) ** 2) AS squares,
    sum(before) AS x, sum(value) FILTER (before IS NOT NULL) AS y, sum(before * value) AS xy,
    sum(before * before) AS xx, sum(value) AS total, count(*) AS n
  FROM paired GROUP BY ALL HAVING count(before) > 0
),
summed AS (
  SELECT point, series, sum(pairs) FILTER (p.day - d.day <= 14) AS pairs_14,
    sum(squares) FILTER (p.day - d.day <= 14) AS squares_14, sum(pairs) AS pairs, sum(x) AS x, sum(y) AS y,
    sum(xy) AS xy, sum(xx) AS xx, sum(total) / sum(n) AS m
  FROM daily d JOIN points p ON p.patient_key = d.patient_key AND p.day - d.day BETWEEN 1 AND 28 GROUP BY ALL
)
SELECT point, series, CASE WHEN pairs_14 >= 10 THEN sqrt(squares_14 / pairs_14) END AS rmssd_14,
  CASE WHEN pairs >= 20 AND xx - 2 * m * x + pairs * m * m > 1e-9 * pairs
    THEN (xy - m * (x + y) + pairs * m * m) / (xx - 2 * m * x + pairs * m * m) END AS inertia_28
FROM summed;

-- prompts
WITH seen AS (
  SELECT point, p.day - q.day AS age, coalesce(answered_day = q.day, FALSE)::INT AS done,
    CASE WHEN hour < 12 THEN 0 WHEN hour < 18 THEN 1 ELSE 2 END AS slot
  FROM prompts q JOIN points p ON p.patient_key = q.patient_key AND p.day - q.day BETWEEN 1 AND 63
),
gaps AS (
  SELECT point, age, age - 1 - coalesce(lag(age) OVER (PARTITION BY point ORDER BY age), 0) AS gap
  FROM (
    SELECT point, age FROM seen WHERE done = 1 AND age <= 28
    UNION SELECT point, max(age) + 1 FROM seen WHERE age <= 28 GROUP BY point
  )
),
silence AS (SELECT point, max(gap) AS longest FROM gaps GROUP BY ALL)
SELECT point,
  CASE WHEN count(*) FILTER (age <= 7) >= 3 THEN avg(done) FILTER (age <= 7) END AS "entries.compliance_7",
  CASE WHEN count(*) FILTER (age <= 28) >= 10 THEN avg(done) FILTER (age <= 28) END AS "entries.compliance_28",
  CASE WHEN count(*) FILTER (age <= 7) >= 3 AND count(*) FILTER (age > 7) >= 10
    THEN avg(done) FILTER (age <= 7) - avg(done) FILTER (age > 7) END AS "entries.change_7",
  any_value(longest) AS "entries.longest_gap_28",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 0) >= 5
    THEN 1 - avg(done) FILTER (age <= 14 AND slot = 0) END AS "missed.morning_14",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 1) >= 5
    THEN 1 - avg(done) FILTER (age <= 14 AND slot = 1) END AS "missed.afternoon_14",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 2) >= 5
    THEN 1 - avg(done) FILTER (age <= 14 AND slot = 2) END AS "missed.evening_14",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 0) >= 5 AND count(*) FILTER (age > 14 AND slot = 0) >= 10
    THEN avg(done) FILTER (age > 14 AND slot = 0) - avg(done) FILTER (age <= 14 AND slot = 0)
    END AS "missed.morning_change_14",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 1) >= 5 AND count(*) FILTER (age > 14 AND slot = 1) >= 10
    THEN avg(done) FILTER (age > 14 AND slot = 1) - avg(done) FILTER (age <= 14 AND slot = 1)
    END AS "missed.afternoon_change_14",
  CASE WHEN count(*) FILTER (age <= 14 AND slot = 2) >= 5 AND count(*) FILTER (age > 14 AND slot = 2) >= 10
    THEN avg(done) FILTER (age > 14 AND slot = 2) - avg(done) FILTER (age <= 14 AND slot = 2)
    END AS "missed.evening_change_14"
FROM seen LEFT JOIN silence USING (point) GROUP BY point;

-- since
SELECT point, CASE WHEN as_of - max(answered) <= 63 * 86400 THEN (as_of - max(answered)) / 3600 END AS "entries.hours_since"
FROM points p JOIN prompts q ON q.patient_key = p.patient_key AND answered < as_of GROUP BY point, as_of;

-- messages
WITH replied AS (
  SELECT *, first_value(CASE WHEN NOT from_patient THEN "at" END IGNORE NULLS) OVER own AS by_team,
    first_value(CASE WHEN from_patient THEN "at" END IGNORE NULLS) OVER own AS by_patient
  FROM messages
  WINDOW own AS (PARTITION BY patient_key ORDER BY "at" ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),
seen AS (
  SELECT point, as_of, (as_of - "at") / 86400 AS days, "at", from_patient AS own, by_team, by_patient,
    coalesce("read" < as_of, FALSE) AS known
  FROM replied m JOIN points p ON p.patient_key = m.patient_key AND "at" < as_of
)
SELECT point, count(*) FILTER (own AND days <= 7) AS "messages.patient_7",
  count(*) FILTER (NOT own AND days <= 7) AS "messages.team_7",
  count(*) FILTER (own AND days <= 28) / 4 AS "messages.patient_28",
  count(*) FILTER (NOT own AND days <= 28) / 4 AS "messages.team_28",
  count(*) FILTER (own AND days <= 14) - count(*) FILTER (own AND days > 14 AND days <= 28) AS "messages.change_14",
  median((by_team - "at") / 3600) FILTER (own AND days <= 28 AND by_team < as_of) AS "messages.reply_hours_28",
  median((by_patient - "at") / 3600) FILTER (NOT own AND days <= 28 AND by_patient < as_of)
    AS "messages.patient_reply_hours_28",
  max(days * 24) FILTER (own AND days <= 28 AND NOT coalesce(by_team < as_of, FALSE)) AS "messages.waiting_hours",
  count(*) FILTER (own AND days <= 28 AND NOT known) AS "messages.unread_by_team",
  count(*) FILTER (NOT own AND days <= 28 AND NOT known) AS "messages.unread_by_patient"
FROM seen GROUP BY point;

-- alliance
WITH seen AS (
  SELECT point, side, as_of - "at" AS age, "at", (goal + task + bond) / 3 AS mean, goal, task, bond
  FROM ratings r JOIN points p ON p.patient_key = r.patient_key AND "at" < as_of WHERE isfinite(goal + task + bond)
),
sides AS (
  SELECT point, side, min(age) / 86400 AS since, min(age) <= 60 * 86400 AS fresh, count(*) AS n,
    arg_max(mean, "at") AS mean, arg_max(goal, "at") AS goal, arg_max(task, "at") AS task, arg_max(bond, "at") AS bond,
    sum(mean) AS means, sum(goal) AS goals, sum(task) AS tasks, sum(bond) AS bonds
  FROM seen GROUP BY ALL
),
told AS (
  SELECT point, side, since, CASE WHEN fresh THEN mean END AS mean, CASE WHEN fresh THEN goal END AS goal,
    CASE WHEN fresh AND n > 2 THEN mean - (means - mean) / (n - 1) END AS mean_change,
    CASE WHEN fresh AND n > 2 THEN goal - (goals - goal) / (n - 1) END AS goal_change,
    CASE WHEN fresh AND n > 2 THEN task - (tasks - task) / (n - 1) END AS task_change,
    CASE WHEN fresh AND n > 2 THEN bond - (bonds - bond) / (n - 1) END AS bond_change
  FROM sides
)
SELECT coalesce(p.point, t.point) AS point, p.mean AS "alliance_patient.last",
  p.mean_change AS "alliance_patient.change", p.goal_change AS "alliance_goal.change",
  p.task_change AS "alliance_task.change", p.bond_change AS "alliance_bond.change",
  p.since AS "alliance_patient.days_since", t.mean AS "alliance_therapist.last",
  t.mean_change AS "alliance_therapist.change", t.since AS "alliance_therapist.days_since",
  p.mean - t.mean AS "alliance.gap", p.goal - t.goal AS "alliance_goal.gap"
FROM (FROM told WHERE side = 'patient') p FULL JOIN (FROM told WHERE side = 'therapist') t ON p.point = t.point;

-- questionnaires
WITH seen AS (
  SELECT point, instrument, as_of - "at" AS age, "at", total, safety_item
  FROM questionnaires q JOIN points p ON p.patient_key = q.patient_key AND "at" < as_of
  JOIN patients e ON e.patient_key = q.patient_key AND "at" >= (enrolled - 1) * 86400
),
told AS (
  SELECT point, instrument, min(age) FILTER (isfinite(total)) <= 60 * 86400 AS fresh,
    count(*) FILTER (isfinite(total)) AS n, arg_max(total, "at") FILTER (isfinite(total)) AS last,
    arg_min(total, "at") FILTER (isfinite(total)) AS first, avg(total) FILTER (isfinite(total)) AS mean,
    CASE WHEN min(age) FILTER (isfinite(safety_item)) <= 60 * 86400
      THEN arg_max(safety_item, "at") FILTER (isfinite(safety_item)) END AS item
  FROM seen GROUP BY ALL
)
SELECT point, replace(instrument, '-', '') AS series, CASE WHEN fresh THEN last END AS last,
  CASE WHEN fresh AND n > 1 THEN last - first END AS change,
  CASE WHEN fresh AND n > 1 THEN CASE
    WHEN abs(last - first) >= CASE WHEN instrument = 'who-5' THEN 10 ELSE 6 END
      THEN sign(last - first) * CASE WHEN instrument = 'who-5' THEN -1 ELSE 1 END ELSE 0 END END AS reliable,
  CASE WHEN n > 1 THEN mean END AS mean, item
FROM told;

-- treatment
SELECT point, any_value(p.day - enrolled) / 7 AS "treatment.weeks", arg_max(step, started) AS "treatment.step",
  (any_value(p.day) - max(started)) / 7 AS "treatment.weeks_on_step"
FROM points p JOIN patients e USING (patient_key) LEFT JOIN steps s ON s.patient_key = p.patient_key AND started < p.day
GROUP BY point
