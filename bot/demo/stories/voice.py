"""A health worker who can't type: taps and a voice note."""

from bot.demo.story import Story, answers, closes, sends, speaks, takes, taps, types, understands, waits

VOICE = Story(
    "voice",
    "A worker who can't type",
    "09:00",
    "lakshmi",
    (
        sends(
            "lakshmi",
            "hand",
            then="""
                lakshmi: refer.ask_study
            """,
        ),
        speaks(
            "lakshmi",
            """
                lakshmi: refer.ask_age
            """,
        ),
        taps(
            "lakshmi",
            "set age 30",
            """
                lakshmi: refer.ask_sex
            """,
        ),
        taps(
            "lakshmi",
            "set sex female",
            """
                lakshmi: refer.ask_danger
            """,
        ),
        taps(
            "lakshmi",
            "set priority routine",
            """
                lakshmi: [photo]
                lakshmi: refer.confirm
            """,
        ),
        taps(
            "lakshmi",
            "send",
            """
                lakshmi: refer.sent
                rao: short.see_voice
                rao: card.pictures
                rao: card.voice
            """,
        ),
        takes("rao", of="lakshmi"),
        taps(
            "rao",
            "ask",
            """
                rao: answer.ask_how
            """,
        ),
        types(
            "rao",
            "Where does it hurt?",
            """
                lakshmi: answer.question_from
                rao: answer.question_sent
            """,
        ),
        taps(
            "lakshmi",
            "an",
            """
                lakshmi: follow.answer_how
            """,
        ),
        speaks(
            "lakshmi",
            """
                lakshmi: follow.told
                rao: answer.sound_follows
                rao: answer.voice
            """,
        ),
        *answers(
            "rao",
            "No fracture of the right hand seen.",
            "within_days 2",
            "show_doctor",
            to="lakshmi",
        ),
        understands("lakshmi", of="rao"),
        closes("lakshmi"),
        waits(60),
    ),
)
