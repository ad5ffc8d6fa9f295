"""Where people are and what they speak: which zones, countries and language tags are taken."""

import re
from functools import cache
from zoneinfo import available_timezones

# ISO 3166-1 alpha-2, as officially assigned.
_ASSIGNED = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ "
    "CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO "
    "FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE "
    "JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO "
    "MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW "
    "PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM "
    "TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)
COUNTRIES = frozenset(_ASSIGNED.split())

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE | re.ASCII)
_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
_NO_ZONE = frozenset({"Factory", "localtime"})


@cache
def time_zones() -> frozenset[str]:
    """Return the names of all IANA time zones that somebody can live in."""
    return frozenset(available_timezones()) - _NO_ZONE


def language_tag(text: str) -> str | None:
    """Return a BCP 47 tag of language, script and region in its usual spelling, or None.

    `PT-br` is `pt-BR`, `zh-hant` is `zh-Hant`. Tags that name no language are none.
    """
    match = _LANGUAGE.fullmatch(text.strip()) if len(text) <= 16 else None
    if match is None:
        return None
    language, script, region = match.groups()
    if language.lower() in _NO_LANGUAGE:
        return None
    parts = [language.lower(), script.title() if script else "", region.upper() if region else ""]
    return "-".join(part for part in parts if part)
