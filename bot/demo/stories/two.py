"""Two patients within minutes: neither gets the other's pictures or answer."""

from bot.demo.story import (
    Story,
    answers,
    chooses,
    closes,
    sends,
    sends_answer,
    takes,
    taps,
    types,
    understands,
    waits,
)

TWO = Story(
    "two",
    "Two patients minutes apart",
    "11:30",
    "meena",
    (
        sends(
            "meena",
            "chest",
            caption="45 M chest xray cough 3 weeks routine",
            then="""
                meena: refer.got_it_wait
                meena: refer.confirm
            """,
        ),
        waits(
            4,
            """
                meena: unsent.not_sent
            """,
        ),
        sends(
            "meena",
            "knee",
            caption="60 F right knee xray fell today routine",
            then="""
                meena: same.ask
            """,
        ),
        taps(
            "meena",
            "other",
            """
                meena: refer.confirm
            """,
        ),
        taps(
            "meena",
            "send",
            """
                meena: refer.sent
                rao: card.from
                rao: card.pictures
            """,
        ),
        takes("rao", of="meena"),
        waits(
            4,
            """
                meena: unsent.not_sent
            """,
        ),
        taps(
            "meena",
            "more",
            """
                meena: refer.confirm
            """,
        ),
        taps(
            "meena",
            "send",
            """
                meena: refer.sent
                rao: card.from
                rao: card.pictures
            """,
        ),
        takes("rao", of="meena"),
        types(
            "rao",
            "No fracture of the right knee seen.",
            """
                rao: follow.for_which
            """,
        ),
        taps(
            "rao",
            "for",
            """
                rao: answer.ask_urgency
            """,
        ),
        *chooses("rao", "within_days 2", "show_doctor"),
        sends_answer("rao", "No fracture of the right knee seen.", to="meena"),
        understands("meena", of="rao"),
        closes("meena"),
        *answers(
            "rao",
            "Cavity in the left upper zone. Send sputum for CBNAAT.",
            "within_days 2",
            "show_doctor",
            to="meena",
        ),
        understands("meena", of="rao"),
        closes("meena"),
        waits(60),
    ),
)
