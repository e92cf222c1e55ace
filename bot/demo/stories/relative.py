"""A relative who is not enrolled writes to the number."""

from bot.demo.story import Story, answers, closes, sends, takes, taps, types, waits

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
        takes("rao", of="meena"),
        *answers("rao", "Water in the lungs, large heart.", "emergency", "do_not_wait", to="meena"),
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
        closes("rao"),
        waits(60),
    ),
)
