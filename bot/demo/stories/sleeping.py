"""The specialist on call sleeps: SMS, a call, the backup."""

from bot.demo.story import Story, answers, closes, sends, takes, taps, waits

SLEEPING = Story(
    "sleeping",
    "A sleeping specialist",
    "02:20",
    "lakshmi",
    (
        sends(
            "lakshmi",
            "chest",
            caption="30 saal aadmi chhati xray bus accident saans nahi aa rahi emergency",
            then="""
                lakshmi: refer.got_it_wait
                lakshmi: [photo]
                lakshmi: refer.confirm
            """,
        ),
        taps(
            "lakshmi",
            "send",
            """
                lakshmi: refer.emergency
                rao: card.from
                rao: card.pictures
                rao_wa: sms.emergency
                rao_wa: [call]
            """,
        ),
        waits(
            2,
            """
                khan: card.from
                khan: card.pictures
                sunita: task.kind.unowned
            """,
        ),
        takes("khan", of="lakshmi"),
        *answers("khan", "Air around the left lung, large.", "emergency", "do_not_wait", to="lakshmi"),
        taps(
            "lakshmi",
            "dg",
            """
                lakshmi: loop.say_left
                khan: loop.doing_from
            """,
        ),
        taps(
            "lakshmi",
            "lf",
            """
                lakshmi: loop.thanks_left
                khan: loop.left_from
            """,
        ),
        closes("khan"),
        waits(60),
    ),
)
