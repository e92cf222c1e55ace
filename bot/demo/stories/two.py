"""Two patients within minutes: neither gets the other's pictures or answer."""

from bot.demo.story import Story, sends, taps, types, waits

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
        taps(
            "rao",
            "ack",
            """
                meena: refer.has_it
                rao: duty.yours
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
        taps(
            "rao",
            "ack",
            """
                meena: refer.has_it
                rao: duty.yours
            """,
        ),
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
        taps(
            "rao",
            "ur within_days 2",
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
                meena: No fracture of the right knee seen.
                rao: answer.sent
            """,
        ),
        taps(
            "meena",
            "un",
            """
                meena: follow.thanks
                rao: answer.was_understood
            """,
        ),
        taps(
            "meena",
            "cl",
            """
                meena: follow.closed
            """,
        ),
        types(
            "rao",
            "Cavity in the left upper zone. Send sputum for CBNAAT.",
            """
                rao: answer.ask_urgency
            """,
        ),
        taps(
            "rao",
            "ur within_days 2",
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
                meena: Cavity in the left upper zone. Send sputum for CBNAAT.
                rao: answer.sent
            """,
        ),
        taps(
            "meena",
            "un",
            """
                meena: follow.thanks
                rao: answer.was_understood
            """,
        ),
        taps(
            "meena",
            "cl",
            """
                meena: follow.closed
            """,
        ),
        waits(60),
    ),
)
