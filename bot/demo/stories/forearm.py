"""A child's forearm at 19:40, on WhatsApp."""

from bot.demo.story import Story, answers, closes, does_it, sends, takes, taps, waits

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
        takes("rao", of="lakshmi"),
        *answers(
            "rao",
            "Fracture of both bones of the left forearm, lower third.",
            "within_hours 6",
            "immobilise",
            to="lakshmi",
        ),
        does_it("lakshmi", of="rao"),
        closes("rao"),
        waits(180),
    ),
)
