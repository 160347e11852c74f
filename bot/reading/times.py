"""Times of day, weekdays and ends of a mute as people type them on a phone. Pure functions."""

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.reading import dates
from core import timing
from core.days import WEEKDAYS
from core.errors import Invalid
from core.models.preferences import EVERY_DAY

NO_TIME = "I do not understand that time. Write for example: 8:00, 20:30, 8 pm, noon or midnight."
NO_WEEKDAYS = (
    "I do not understand those days. Write for example: every day, weekdays, weekend, Mon-Fri, or Sat, Sun."
)
NO_MUTE = (
    "I do not understand how long. Write for example: 8h, 30 min, 2 days, 1 week, until 7:30, "
    "until tomorrow, until Friday, or until Monday 8:00."
)
LONGEST = 60
MORNING, EVENING = "07:00", "18:00"
SHORTEST_MUTE, LONGEST_MUTE = timedelta(minutes=1), timedelta(days=30)
# "/mute 8" means eight hours, but "/mute 90" may mean minutes.
MOST_PLAIN_HOURS = 24

_NAMED_TIMES = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}
_DAY_PARTS = {
    **dict.fromkeys(("morning", "the morning"), MORNING),
    **dict.fromkeys(("evening", "the evening", "this evening", "tonight"), EVENING),
}
_TIME = re.compile(
    r"(?:at )?(?P<hour>\d{1,2})(?:[:.h]?(?P<minute>\d{2}))?"
    r"(?: ?(?:(?P<half>[ap])\.? ?m\.?|h|uhr|o['’]?clock))?",
    re.IGNORECASE | re.ASCII,
)

_WORKING_DAYS, _WEEKEND = frozenset(EVERY_DAY[:5]), frozenset(EVERY_DAY[5:])
_GROUPS = {
    **dict.fromkeys(("day", "days", "daily", "everyday", "all"), frozenset(EVERY_DAY)),
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays"), _WORKING_DAYS),
    **dict.fromkeys(("weekend", "weekends"), _WEEKEND),
}
_RANGE = re.compile(r" ?[-–—] ?| (?:to|through|until) ")
_FILLING = re.compile(r"[,;.&+/]|\b(?:and|on|every|each|the)\b")

_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_NUMBERS = {"a": 1.0, "an": 1.0, "one": 1.0, "half a": 0.5, "half an": 0.5}
_PIECE = re.compile(
    r"(\d{1,5}(?:[.,]\d)?|half an?|an?|one) ?"
    r"(m(?:in(?:ute)?s?)?|h(?:(?:ou)?rs?)?|d(?:ays?)?|w(?:eeks?)?)(?![a-z])\.?(?:,? and |,? ?)",
    re.ASCII,
)
_UNTIL = re.compile(r"(?:un)?till? ")


def time_of_day(text: str) -> str:
    """Return "HH:MM" for a time of day: 8, 8:30, 8.30, 0830, 8h30, 8 pm, 7 a.m., 20 Uhr, noon, midnight.

    Raises Invalid with examples.
    """
    plain = _plain(text)
    if plain in _NAMED_TIMES:
        return _NAMED_TIMES[plain]
    match = _TIME.fullmatch(plain)
    if match is None:
        raise Invalid(NO_TIME)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise Invalid(NO_TIME)
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    if hour > 23 or minute > 59:
        raise Invalid(NO_TIME)
    return f"{hour:02}:{minute:02}"


def weekdays(text: str) -> list[int]:
    """Return the ISO weekdays that a text names, in order: single days, ranges, or every day.

    Two letters of a name are enough. Raises Invalid with examples.
    """
    words = _FILLING.sub(" ", _RANGE.sub("-", _plain(text))).split()
    if not words:
        raise Invalid(NO_WEEKDAYS)
    return sorted({day for word in words for day in _days_of(word)})


def mute_end(text: str, now: datetime, timezone: str) -> datetime:
    """Return the moment, in UTC, when the mute of "/mute <text>" ends, for a person in a zone.

    The text is a duration (8h, 1h30, 30 min, 2 days, half an hour; a day is 24 hours), the next time of day,
    a day, or a day and a time in any order. A number alone is hours, up to 24. A day alone means its morning,
    at 07:00; the evening is at 18:00. "tonight" lasts until the next morning, and "today" until midnight.
    What can be a time of day, such as "8.12", is not read as a date.
    Raises Invalid with examples, also for less than a minute and for more than 30 days.
    """
    plain = _plain(text)
    if plain == "tonight":
        return _next(MORNING, now, timezone)
    if plain == "today":
        return _next("00:00", now, timezone)
    lasts = _duration(plain)
    # Checked before it is added, because dates end with the year 9999.
    if lasts is None:
        lasts = _until(_UNTIL.sub("", plain, count=1), now, timezone) - now
    if lasts < SHORTEST_MUTE:
        raise Invalid("That is less than a minute from now, or already past. Write for example: 8h.")
    if lasts > LONGEST_MUTE:
        raise Invalid(f"That is more than {LONGEST_MUTE.days} days. Write less, for example: 1 week.")
    return now + lasts


def _plain(text: str) -> str:
    plain = " ".join(text.lower().split())
    return plain if len(plain) <= LONGEST else ""


def _days_of(word: str) -> frozenset[int]:
    if word in _GROUPS:
        return _GROUPS[word]
    first, dash, last = word.partition("-")
    start = _weekday(first)
    # Friday to Monday goes past the end of the week.
    length = (_weekday(last) - start) % 7 if dash else 0
    return frozenset((start - 1 + ahead) % 7 + 1 for ahead in range(length + 1))


def _weekday(word: str) -> int:
    name = word.removesuffix("s")
    for number, weekday in enumerate(WEEKDAYS, start=1):
        if len(name) >= 2 and weekday.lower().startswith(name):
            return number
    raise Invalid(NO_WEEKDAYS)


def _duration(plain: str) -> timedelta | None:
    written = re.sub(r"^(?:for|in) ", "", plain)
    written = re.sub(r"^(\d{1,2}) ?h ?(\d{2})$", r"\1h \2m", written, flags=re.ASCII)
    if re.fullmatch(r"\d{1,5}", written, re.ASCII):
        if int(written) > MOST_PLAIN_HOURS:
            raise Invalid(f"Minutes or hours? Write {int(written)}m or {int(written)}h.")
        return timedelta(hours=int(written))
    if not re.fullmatch(rf"(?:{_PIECE.pattern})+", written, re.ASCII):
        return None
    lasts = timedelta()
    for number, unit in _PIECE.findall(written):
        lasts += (_NUMBERS.get(number) or float(number.replace(",", "."))) * _UNITS[unit[0]]
    return lasts


def _until(plain: str, now: datetime, timezone: str) -> datetime:
    with suppress(Invalid):
        return _next(_time(plain), now, timezone)
    today = now.astimezone(ZoneInfo(timezone)).date()
    day, time = _day_and_time(plain, today)
    return timing.moment_of(day, time, timezone)


def _next(time: str, now: datetime, timezone: str) -> datetime:
    moment = timing.next_run(now, time, EVERY_DAY, timezone)
    if moment is None:
        raise Invalid(NO_MUTE)
    return moment


def _time(plain: str) -> str:
    return _DAY_PARTS.get(plain) or time_of_day(plain)


def _day_and_time(plain: str, today: date) -> tuple[date, str]:
    with suppress(Invalid):
        day, rest = dates.leading(plain, today)
        if day is not None:
            return day, _time(rest) if rest else MORNING
    # "8:00 on Monday", "8 pm tomorrow"
    words = plain.split()
    for length in (1, 2):
        with suppress(Invalid):
            time = _time(" ".join(words[:length]))
            day, rest = dates.leading(" ".join(words[length:]), today)
            if day is not None and not rest:
                return day, time
    raise Invalid(NO_MUTE)
