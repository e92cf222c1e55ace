"""The specialist on call sleeps: SMS, a call, the backup."""

from bot.demo.story import Story, sends, taps, types, waits

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
                lakshmi: refer.sent
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
        taps(
            "khan",
            "ack",
            """
                lakshmi: refer.has_it
                khan: duty.yours
            """,
        ),
        types(
            "khan",
            "Air around the left lung, large.",
            """
                khan: answer.ask_urgency
            """,
        ),
        taps(
            "khan",
            "ur emergency",
            """
                khan: answer.pick_action
            """,
        ),
        taps(
            "khan",
            "phx act.do_not_wait",
            """
                khan: answer.preview
            """,
        ),
        taps(
            "khan",
            "rs",
            """
                lakshmi: Air around the left lung, large.
                khan: answer.sent
            """,
        ),
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
        taps(
            "khan",
            "cl",
            """
                khan: follow.closed
            """,
        ),
        waits(60),
    ),
)
