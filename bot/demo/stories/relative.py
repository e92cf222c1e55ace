"""A relative who is not enrolled writes to the number."""

from bot.demo.story import Story, sends, taps, types, waits

RELATIVE = Story(
    "relative",
    "A relative who is not enrolled",
    "18:30",
    "meena",
    (
        sends(
            "stranger",
            "chest",
            caption="my father 70 M chest xray cannot breathe emergency",
            then="""
                stranger: stranger.only
            """,
        ),
        types("stranger", "please help"),
        sends(
            "meena",
            "chest",
            caption="70 M chest xray breathless emergency",
            then="""
                meena: refer.got_it_wait
                meena: refer.confirm
            """,
        ),
        taps(
            "meena",
            "send",
            """
                meena: refer.emergency
                meena: refer.sent
                rao: card.from
                rao: card.pictures
                rao_wa: sms.emergency
                rao_wa: [call]
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
            "Water in the lungs, large heart.",
            """
                rao: answer.ask_urgency
            """,
        ),
        taps(
            "rao",
            "ur emergency",
            """
                rao: answer.pick_action
            """,
        ),
        taps(
            "rao",
            "phx act.do_not_wait",
            """
                rao: answer.preview
            """,
        ),
        taps(
            "rao",
            "rs",
            """
                meena: Water in the lungs, large heart.
                rao: answer.sent
            """,
        ),
        taps(
            "meena",
            "dg",
            """
                meena: loop.say_left
                rao: loop.doing_from
            """,
        ),
        taps(
            "meena",
            "lf",
            """
                meena: loop.thanks_left
                rao: loop.left_from
            """,
        ),
        taps(
            "rao",
            "cl",
            """
                rao: follow.closed
            """,
        ),
        waits(60),
    ),
)
