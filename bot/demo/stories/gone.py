"""The patient has left before the answer came."""

from bot.demo.story import Story, sends, taps, types, waits

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
        taps(
            "rao",
            "ack",
            """
                asha: refer.has_it
                rao: duty.yours
            """,
        ),
        types(
            "rao",
            "Fluid around the right lung.",
            """
                rao: answer.ask_urgency
            """,
        ),
        taps(
            "rao",
            "ur within_hours 6",
            """
                rao: answer.pick_action
            """,
        ),
        taps(
            "rao",
            "phx act.show_doctor",
            """
                rao: answer.preview
            """,
        ),
        taps(
            "rao",
            "rs",
            """
                asha: Fluid around the right lung.
                rao: answer.sent
            """,
        ),
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
                asha: follow.for_this
            """,
        ),
        taps(
            "asha",
            "for",
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
        taps(
            "rao",
            "cl",
            """
                rao: follow.closed
            """,
        ),
        waits(120),
    ),
)
