"""A CT sheet photographed in four parts."""

from bot.demo.story import Story, sends, taps, types, waits

SHEET = Story(
    "sheet",
    "A CT sheet photographed in four parts",
    "16:05",
    "meena",
    (
        sends(
            "meena",
            "sheet_1",
            "sheet_2",
            "sheet_3",
            "sheet_4",
            caption="52 M CT head fell from bike, vomiting urgent",
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
                rao: [photo]
                rao: [photo]
                rao: [photo]
                rao: [photo]
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
            "rao",
            "ask",
            """
                rao: answer.ask_how
            """,
        ),
        types(
            "rao",
            "Is he awake and talking?",
            """
                meena: answer.question_from
                rao: answer.question_sent
            """,
        ),
        taps(
            "meena",
            "an",
            """
                meena: follow.answer_how
            """,
        ),
        types(
            "meena",
            "Awake, talks, vomited twice",
            """
                meena: follow.told
                rao: answer.answer_from
            """,
        ),
        types(
            "rao",
            "No bleed seen on these slices.",
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
                meena: No bleed seen on these slices.
                rao: answer.sent
            """,
        ),
        taps(
            "meena",
            "dg",
            """
                meena: loop.thanks_doing
                rao: loop.doing_from
            """,
        ),
        taps(
            "rao",
            "cl",
            """
                rao: follow.closed
            """,
        ),
        waits(300),
    ),
)
