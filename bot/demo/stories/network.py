"""The network is lost in the middle of an album."""

from bot.demo.story import Story, has_network, loses_network, sends, taps, types, waits

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
                asha: unsent.not_sent
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
        taps(
            "rao",
            "ack",
            """
                asha: refer.has_it
                rao: duty.yours
            """,
        ),
        types(
            "rao",
            "Fracture of the right second metacarpal.",
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
                asha: Fracture of the right second metacarpal.
                rao: answer.sent
            """,
        ),
        taps(
            "asha",
            "dg",
            """
                asha: loop.thanks_doing
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
