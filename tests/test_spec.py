import pytest

from tests.spec import BotApiSpec, spec_path

pytestmark = pytest.mark.skipif(spec_path() is None, reason="no SCANRELAY_TEST_SPECS")

NO_REPLY = "reply_parameters.message_id is missing"
TEXT = {"chat_id": 1, "text": "hello"}
PHOTO = {"type": "photo", "media": "attach://a"}


def button(data: str) -> object:
    return {"inline_keyboard": [[{"text": "Yes", "callback_data": data}]]}


@pytest.fixture(scope="module")
def spec() -> BotApiSpec:
    path = spec_path()
    assert path is not None
    return BotApiSpec(path)


@pytest.mark.parametrize(
    ("method", "params", "files"),
    [
        ("sendMessage", TEXT | {"text": "x" * 4096}, ()),
        ("sendMessage", TEXT | {"text": "<b>" + "x" * 4096 + "</b>", "parse_mode": "HTML"}, ()),
        ("sendMessage", {"chat_id": "1", "text": "7", "reply_markup": button("x" * 64)}, ()),
        ("sendPhoto", {"chat_id": 1}, ("photo",)),
        ("sendMediaGroup", {"chat_id": 1, "media": [PHOTO, PHOTO]}, ("a",)),
    ],
)
def test_a_right_request_has_no_problems(
    spec: BotApiSpec, method: str, params: dict[str, object], files: tuple[str, ...]
) -> None:
    assert spec.problems(method, params, frozenset(files)) == []


@pytest.mark.parametrize(
    ("method", "params", "problem"),
    [
        ("sendMesage", TEXT, "sendMesage: unknown method"),
        ("sendMessage", TEXT | {"reply_to": 3}, "sendMessage: reply_to is unknown"),
        ("sendMessage", {"chat_id": 1}, "sendMessage: text is missing"),
        ("sendMessage", TEXT | {"text": "x" * 4097}, "sendMessage: text has a size of 4097"),
        ("sendMessage", TEXT | {"text": ""}, "sendMessage: text has a size of 0"),
        ("sendPhoto", {"chat_id": 1}, "sendPhoto: photo is missing"),
        ("sendMediaGroup", {"chat_id": 1, "media": [PHOTO]}, "sendMediaGroup: media has a size of 1"),
        (
            "sendMessage",
            TEXT | {"reply_parameters": {}},
            "sendMessage: reply_parameters.message_id is missing",
        ),
        (
            "sendMessage",
            TEXT | {"disable_notification": 1},
            "sendMessage: disable_notification is no Boolean",
        ),
    ],
)
def test_a_wrong_request_is_told_why(
    spec: BotApiSpec, method: str, params: dict[str, object], problem: str
) -> None:
    assert spec.problems(method, params) == [problem]


def test_limits_of_nested_values_are_kept_too(spec: BotApiSpec) -> None:
    keyboard = TEXT | {"reply_markup": button("x" * 65)}
    caption = {"chat_id": 1, "media": [PHOTO | {"caption": "x" * 1025}, PHOTO]}
    assert "callback_data has a size of 65" in spec.problems("sendMessage", keyboard)[0]
    assert "caption has a size of 1025" in spec.problems("sendMediaGroup", caption)[0]
