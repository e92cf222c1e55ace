"""A chest film held against a window."""

from bot.demo.story import Story, sends, taps, types, waits

WINDOW = Story(
    "window",
    "A chest film photographed on a window",
    "10:15",
    "asha",
    (
        sends(
            "asha",
            "film",
            caption="45 M chest xray cough 3 weeks fever",
            then="""
                asha: refer.ask_danger
            """,
        ),
        taps(
            "asha",
            "set routine",
            """
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
            "glare, cannot read",
            """
                rao: report_check.unreadable
            """,
        ),
        taps(
            "rao",
            "cq qual.glare",
            """
                asha: answer.question_from
                rao: report_check.retake_asked
            """,
        ),
        sends(
            "asha",
            "chest",
            then="""
                asha: same.ask_add
            """,
        ),
        taps(
            "asha",
            "same",
            """
                asha: same.added
                rao: card.pictures
            """,
        ),
        types(
            "rao",
            "Cavity in the right upper zone. Please send sputum for CBNAAT.",
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
                asha: Cavity in the right upper zone. Please send sputum for CBNAAT.
                rao: answer.sent
            """,
        ),
        taps(
            "asha",
            "un",
            """
                asha: follow.thanks
                rao: answer.was_understood
            """,
        ),
        taps(
            "asha",
            "cl",
            """
                asha: follow.closed
            """,
        ),
        waits(60),
    ),
)
