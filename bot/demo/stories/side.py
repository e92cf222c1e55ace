"""A wrong side is noticed after the reply was sent."""

from bot.demo.story import (
    Story,
    answers,
    chooses,
    closes,
    does_it,
    sends,
    sends_answer,
    takes,
    taps,
    types,
    waits,
)

SIDE = Story(
    "side",
    "A wrong side noticed after the reply",
    "13:45",
    "meena",
    (
        sends(
            "meena",
            "knee",
            caption="34 M left knee xray fell from ladder urgent",
            then="""
                meena: refer.got_it_wait
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
        *answers(
            "rao", "Fracture of the left tibia, upper end.", "within_hours 24", "immobilise", to="meena"
        ),
        does_it("meena", of="rao"),
        types(
            "meena",
            "sorry wrong side. It is the right knee.",
            """
                meena: follow.for_this
            """,
        ),
        taps(
            "meena",
            "for",
            """
                meena: follow.told
                rao: answer.note_from
            """,
        ),
        types(
            "rao",
            "Fracture of the right tibia, upper end.",
            """
                rao: answer.add_or_correct
            """,
        ),
        taps(
            "rao",
            "co",
            """
                rao: loop.which_correction
            """,
        ),
        taps(
            "rao",
            "co side",
            """
                rao: open.corr.side
            """,
        ),
        taps(
            "rao",
            "pv right",
            """
                rao: answer.ask_urgency
            """,
        ),
        *chooses("rao", "within_hours 24", "immobilise", then="report_check.is_it_right"),
        taps(
            "rao",
            "cf",
            """
                rao: answer.preview
            """,
        ),
        sends_answer("rao", "Fracture of the right tibia, upper end.", to="meena"),
        does_it("meena", of="rao"),
        closes("rao"),
        waits(120),
    ),
)
