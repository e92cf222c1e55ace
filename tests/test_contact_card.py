"""The contact card is a vCard that old phones read."""

from bot.contact_card import contact_card


def test_a_card_has_the_name_and_every_number() -> None:
    lines = contact_card(["+12025550100", "+12025550101"]).decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:3.0"]
    assert "FN:ScanRelay URGENT" in lines
    assert [line.rpartition(":")[2] for line in lines if line.startswith("TEL")] == [
        "+12025550100",
        "+12025550101",
    ]
    assert lines[-2:] == ["END:VCARD", ""]


def test_without_a_number_there_is_no_card() -> None:
    assert contact_card([]) == b""
