"""A chest film held against a window."""

from bot.demo.story import Story, answers, closes, sends, takes, taps, types, understands, waits

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
        takes("rao", of="asha"),
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
        *answers(
            "rao",
            "Cavity in the right upper zone. Please send sputum for CBNAAT.",
            "within_days 2",
            "show_doctor",
            to="asha",
        ),
        understands("asha", of="rao"),
        closes("asha"),
        waits(60),
    ),
)
