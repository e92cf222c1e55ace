"""The patient has left before the answer came."""

from bot.demo.story import Story, answers, closes, sends, takes, taps, types, waits

GONE = Story(
    "gone",
    "A patient gone",
    "17:50",
    "asha",
    (
        sends(
            "asha",
            "chest",
            caption="19 F chest xray fever breathless urgent",
            then="""
                asha: refer.got_it_wait
                asha: refer.confirm
            """,
        ),
        taps(
            "asha",
            "send",
            """
                asha: refer.sent
                rao: card.from
                rao: card.pictures
            """,
        ),
        takes("rao", of="asha"),
        *answers("rao", "Fluid around the right lung.", "within_hours 6", "show_doctor", to="asha"),
        taps(
            "asha",
            "gn",
            """
                asha: loop.gone_next
                rao: loop.gone_from
                sunita: task.kind.gone
            """,
        ),
        types(
            "asha",
            "घर चली गई, फ़ोन नहीं है",
            """
                asha: follow.told
                rao: answer.note_from
            """,
        ),
        taps(
            "sunita",
            "tt",
            """
                sunita: task.kind.gone
            """,
        ),
        taps(
            "sunita",
            "tc",
            """
                rao: loop.called
                sunita: task.thanks_called
            """,
        ),
        closes("rao"),
        waits(120),
    ),
)
