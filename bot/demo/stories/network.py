"""The network is lost in the middle of an album."""

from bot.demo.story import (
    Story,
    answers,
    closes,
    does_it,
    has_network,
    loses_network,
    sends,
    takes,
    taps,
    waits,
)

NETWORK = Story(
    "network",
    "The network lost in mid-album",
    "21:10",
    "asha",
    (
        sends(
            "asha",
            "hand",
            caption="28 F right hand xray crushed in machine",
            then="""
                asha: refer.ask_danger
            """,
        ),
        loses_network("asha"),
        sends("asha", "wrist"),
        sends("asha", "knee"),
        waits(10),
        has_network(
            "asha",
            """
                asha: unsent.asked_below
                asha: same.ask
            """,
        ),
        taps(
            "asha",
            "same",
            """
                asha: refer.ask_danger
            """,
        ),
        taps(
            "asha",
            "set urgent",
            """
                asha: refer.confirm
            """,
        ),
        taps(
            "asha",
            "send",
            """
                asha: refer.sent
                rao: card.from
                rao: [photo]
                rao: [photo]
                rao: [photo]
                rao: card.pictures
            """,
        ),
        takes("rao", of="asha"),
        *answers(
            "rao", "Fracture of the right second metacarpal.", "within_hours 24", "immobilise", to="asha"
        ),
        does_it("asha", of="rao"),
        closes("rao"),
        waits(120),
    ),
)
