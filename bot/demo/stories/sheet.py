"""A CT sheet photographed in four parts."""

from bot.demo.story import Story, answers, closes, does_it, sends, takes, taps, types, waits

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
        takes("rao", of="meena"),
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
        *answers("rao", "No bleed seen on these slices.", "within_hours 6", "show_doctor", to="meena"),
        does_it("meena", of="rao"),
        closes("rao"),
        waits(300),
    ),
)
