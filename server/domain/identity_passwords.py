"""What a password must be: long enough, not one that everybody tries first, not the person's own address."""

import unicodedata
from itertools import pairwise

from server.domain.errors import invalid

MIN_PASSWORD = 10
MAX_PASSWORD = 200
MIN_MAIL_NAME = 4
"""Shorter mail names are part of too many honest passwords to be refused in them."""
_LONGEST_CYCLE = 4
_MIN_DISTINCT = 4

# What people choose when they are asked for ten characters or more. Compared without case.
_COMMON_TEXT = """
    1234567890 12345678910 123456789a 123456789q 0123456789 0987654321 9876543210 1029384756 1234567891 1234512345
    123123123123 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx3edc q1w2e3r4t5 q1w2e3r4t5y6 1qazxsw23edc zaq12wsxcde3 zaq1xsw2cde3
    qwertyuiop qwertyuiop1 qwertyuiop123 qwertyuiop[] qwerty1234 qwerty12345 qwerty123456 qwerty123! qwertyqwerty
    asdfghjkl1 asdfghjkl; asdfghjkl123 asdfasdfasdf zxcvbnm123 zxcvbnm1234 zxcvbnm,./ qazwsxedcrfv qazwsx1234
    azertyuiop azerty12345 poiuytrewq lkjhgfdsaq mnbvcxz123 qwertzuiop abcdefghij abcdefghijk abcdefghijkl abcd123456
    abcde12345 abcdef1234 abcd1234567 abc1234567 abc12345678 abc123abc123 a123456789 a1234567890 aa123456789 q123456789
    a1b2c3d4e5 a1b2c3d4e5f6 1a2b3c4d5e aabbccddee 1122334455 11223344556 1112223334 1231231231 1313131313 1212121212
    password10 password11 password12 password13 password21 password22 password99 password123 password1234 password12345
    password123! password1! password12! password!1 password2020 password2021 password2022 password2023 password2024
    password2025 password2026 passwordpassword mypassword mypassword1 mypassword123 thepassword yourpassword newpassword
    newpassword1 newpassword123 oldpassword nopassword changepassword temppassword userpassword adminpassword
    p@ssword12 p@ssword123 p@ssw0rd12 p@ssw0rd123 p@ssw0rd1234 passw0rd12 passw0rd123 passw0rd1234 pa$$word123
    pa55word123 pass123456 pass1234567 passpasspass passphrase passphrase1 passwort123 motdepasse motdepasse1
    contrasena contrasena1 contrasena123 contraseña contraseña1 senha12345 wachtwoord wachtwoord1 hasło12345 parola12345
    welcome123 welcome1234 welcome12345 welcome2020 welcome2021 welcome2022 welcome2023 welcome2024 welcome2025
    welcome2026 welcome@123 letmein123 letmein1234 letmeinplease changeme12 changeme123 changeme1234 changemenow
    iloveyou12 iloveyou123 iloveyou1234 iloveyou22 iloveyou143 iloveyou2u iloveyou!! iloveyousomuch ilovemyself
    ilovemymom ilovegod12 ilovejesus iloveyoubaby loveyou123 lovelove12 iloveyouiloveyou tequieromucho teamomucho
    admin12345 admin123456 admin@1234 administrator administrator1 administrador root123456 rootroot12 superadmin
    superuser1 superman12 superman123 supersecret topsecret1 secret1234 secret12345 test123456 test12345 testtest12
    testtest123 testing123 testing1234 tester1234 guest12345 demo123456 user123456 username12 username123 default123
    computer12 computer123 internet12 internet123 samsung123 samsung1234 google1234 facebook12 facebook123 youtube123
    football12 football123 baseball12 baseball123 basketball basketball1 basketball23 liverpool1 liverpool123
    manchester manchester1 chelsea123 barcelona1 barcelona10 realmadrid realmadrid1 cristiano7 ronaldo123 messi12345
    princess12 princess123 sunshine12 sunshine123 butterfly1 butterfly12 strawberry strawberry1 chocolate1 chocolate12
    christopher christian1 elizabeth1 alexander1 alexandra1 charlotte1 michael123 jessica123 michelle12 jennifer12
    starwars12 starwars123 pokemon123 minecraft1 minecraft12 spiderman1 spiderman12 batman1234 naruto1234 dragonball
    dragonball1 dragon1234 monkey1234 monkey12345 shadow1234 master1234 hello12345 hello123456 helloworld helloworld1
    hellohello whatever12 whatever123 trustno1234 blink182182 freedom123 summer2023 summer2024 summer2025 summer2026
    winter2023 winter2024 winter2025 autumn2024 autumn2025 spring2024 spring2025 january2025 monday1234 november11
    december12 alongside1 alongside12 alongside123 mentorship mentorship1 freelance1 freelancer freelancer1 gigworker1
"""
_COMMON = frozenset(_COMMON_TEXT.split())


def clean_password(text: str, *, email: str, path: str = "password") -> str:
    """Return a new password in NFC, or refuse with what would make it good. `email` is the account's address."""
    password = presented_password(text)
    if password is None or len(password) < MIN_PASSWORD:
        raise invalid(path, "length", f"A password has {MIN_PASSWORD} to {MAX_PASSWORD} characters.")
    folded = password.casefold()
    if folded in _COMMON or _is_simple(folded):
        raise invalid(path, "too_common", "This password is among the first that are tried. Take several words.")
    mail_name = email.partition("@")[0].casefold()
    if len(mail_name) >= MIN_MAIL_NAME and mail_name in folded:
        raise invalid(path, "has_mail_name", "Leave your mail address out of your password.")
    return password


def presented_password(text: str) -> str | None:
    """Return a password as somebody typed it, in NFC, or None when no account can have it."""
    # Before the normal form, so that no one makes us normalise megabytes.
    if len(text) > 4 * MAX_PASSWORD or "\x00" in text or any("\ud800" <= char <= "\udfff" for char in text):
        return None
    password = unicodedata.normalize("NFC", text)
    return password if len(password) <= MAX_PASSWORD else None


def _is_simple(folded: str) -> bool:
    """Tell whether a password is a few characters over and over, or a run such as 23456789:;."""
    if len(set(folded)) < _MIN_DISTINCT:
        return True
    if any(_repeats(folded, every) for every in range(1, _LONGEST_CYCLE + 1)):
        return True
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return steps in ({1}, {-1})


def _repeats(folded: str, every: int) -> bool:
    return folded[every:] == folded[:-every]
