"""A child's forearm at 19:40, on WhatsApp."""

from bot.demo.story import Story, sends, taps, types, waits

FOREARM = Story(
    "forearm",
    "A child's forearm at 19:40, on WhatsApp",
    "19:40",
    "lakshmi",
    (
        sends(
            "lakshmi",
            "wrist",
            caption="लड़का 8 साल बायाँ हाथ एक्स-रे पेड़ से गिरा सूजन urgent",
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
                lakshmi: refer.sent
                rao: card.from
                rao: card.pictures
            """,
        ),
        taps(
            "rao",
            "ack",
            """
                lakshmi: refer.has_it
                rao: duty.yours
            """,
        ),
        types(
            "rao",
            "Fracture of both bones of the left forearm, lower third.",
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
            "phx act.immobilise",
            """
                rao: answer.preview
            """,
        ),
        taps(
            "rao",
            "rs",
            """
                lakshmi: Fracture of both bones of the left forearm, lower third.
                rao: answer.sent
            """,
        ),
        taps(
            "lakshmi",
            "dg",
            """
                lakshmi: loop.thanks_doing
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
        waits(180),
    ),
)
