"""A wrong side is noticed after the reply was sent."""

from bot.demo.story import Story, sends, taps, types, waits

SIDE = Story(
    "side",
    "A wrong side noticed after the reply",
    "13:45",
    "meena",
    (
        sends(
            "meena",
            "knee",
            caption="34 M left knee xray fell from ladder urgent",
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
            "Fracture of the left tibia, upper end.",
            """
                rao: answer.ask_urgency
            """,
        ),
        taps(
            "rao",
            "ur within_hours 24",
            """
                rao: answer.pick_action
            """,
        ),
        taps(
            "rao",
            "phx act.immobilise",
            """
                rao: answer.preview
            """,
        ),
        taps(
            "rao",
            "rs",
            """
                meena: Fracture of the left tibia, upper end.
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
        types(
            "meena",
            "sorry wrong side. It is the right knee.",
            """
                meena: follow.for_this
            """,
        ),
        taps(
            "meena",
            "for",
            """
                meena: follow.told
                rao: answer.note_from
            """,
        ),
        types(
            "rao",
            "Fracture of the right tibia, upper end.",
            """
                rao: answer.add_or_correct
            """,
        ),
        taps(
            "rao",
            "co",
            """
                rao: loop.which_correction
            """,
        ),
        taps(
            "rao",
            "co side",
            """
                rao: open.corr.side
            """,
        ),
        taps(
            "rao",
            "ur within_hours 24",
            """
                rao: answer.pick_action
            """,
        ),
        taps(
            "rao",
            "phx act.immobilise",
            """
                rao: report_check.is_it_right
            """,
        ),
        taps(
            "rao",
            "cf",
            """
                rao: answer.preview
            """,
        ),
        taps(
            "rao",
            "rs",
            """
                meena: Fracture of the right tibia, upper end.
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
        waits(120),
    ),
)
