from pathlib import Path

import pytest

from bot.settings import Settings, SettingsError, load_settings, settings_table, shown_settings

TOKEN = "4711:invented-for-tests"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No `.env` of the checkout and no variable of the machine reaches these tests."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SCANRELAY_{name.upper()}", raising=False)
    return tmp_path


def test_nothing_needs_to_be_set() -> None:
    settings = load_settings()
    assert settings.database == "sqlite:///data/scanrelay.db"
    assert (settings.port, settings.telegram_token, settings.uses_webhook) == (8000, None, False)
    assert settings.key_file == Path("data/master.key")


def test_the_environment_goes_before_the_env_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("SCANRELAY_PORT=8001\nSCANRELAY_HOST=0.0.0.0\nOTHER=1\n")
    monkeypatch.setenv("SCANRELAY_PORT", "8002")
    settings = load_settings()
    assert (settings.port, settings.host) == (8002, "0.0.0.0")  # noqa: S104


def test_a_public_address_means_webhook_and_a_chosen_mode_stands() -> None:
    assert load_settings(public_url="https://x.example.org/").uses_webhook
    assert not load_settings(public_url="https://x.example.org/", telegram_mode="polling").uses_webhook
    assert load_settings(public_url="https://x.example.org/").own_url == "https://x.example.org"


def test_a_bot_api_on_this_machine_needs_no_public_address() -> None:
    settings = load_settings(telegram_api_url="http://127.0.0.1:8080", telegram_mode="webhook")
    assert settings.own_url == "http://127.0.0.1:8000"


def test_the_old_name_of_postgresql_is_taken_as_hosts_give_it() -> None:
    assert load_settings(database_url="postgres://u@db/x").database == "postgresql://u@db/x"


TWILIO = {"twilio_account_sid": "AC" + "0" * 32, "twilio_auth_token": "invented"}


def test_whatsapp_alone_is_a_channel_and_its_sender_is_kept_as_a_number() -> None:
    settings = load_settings(
        twilio_whatsapp_from="whatsapp:+1 415 555 0100", public_url="https://x.example.org", **TWILIO
    )
    assert settings.has_channel
    assert settings.twilio_whatsapp_from == "+14155550100"
    assert not load_settings(**TWILIO).has_channel


def test_twilio_needs_a_public_address() -> None:
    with pytest.raises(SettingsError, match="PUBLIC_URL must be set: Twilio"):
        load_settings(twilio_sms_from="+14155550100", **TWILIO)


WRONG = [
    ("PORT", "eighty", "SCANRELAY_PORT is wrong: "),
    ("PORT", "0", "SCANRELAY_PORT is wrong: "),
    ("TELEGRAM_TOKEN", "secret-thing", "SCANRELAY_TELEGRAM_TOKEN is wrong: must be a bot token"),
    ("TELEGRAM_MODE", "carrier-pigeon", "SCANRELAY_TELEGRAM_MODE is wrong: "),
    ("TELEGRAM_MODE", "webhook", "SCANRELAY_PUBLIC_URL must be set"),
    ("TELEGRAM_SECRET", "no blanks", "SCANRELAY_TELEGRAM_SECRET is wrong: must be 1 to 256"),
    ("TELEGRAM_API_URL", "api.telegram.org", "SCANRELAY_TELEGRAM_API_URL is wrong: must be an address"),
    ("DATABASE_URL", "mysql://x", "SCANRELAY_DATABASE_URL is wrong: must begin with"),
    ("TWILIO_ACCOUNT_SID", "AC123", "SCANRELAY_TWILIO_ACCOUNT_SID is wrong: must be the account's SID"),
    ("TWILIO_WHATSAPP_FROM", "99", "SCANRELAY_TWILIO_WHATSAPP_FROM is wrong: must be a phone number"),
    ("TWILIO_WHATSAPP_FROM", "whatsapp:+14155550100", "SCANRELAY_TWILIO_ACCOUNT_SID and SCANRELAY_TWILIO"),
    (
        "TELEGRAM_TOKN",
        TOKEN,
        "SCANRELAY_TELEGRAM_TOKN is not a setting; did you mean",
    ),
]


@pytest.mark.parametrize(("name", "value", "sentence"), WRONG)
def test_a_wrong_setting_is_one_sentence_without_its_value(
    name: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"SCANRELAY_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    text = str(caught.value)
    assert text.startswith(sentence)
    assert "\n" not in text
    assert value not in text.replace(sentence, "") or name == "TELEGRAM_MODE"


def test_a_variable_that_resembles_no_setting_is_let_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCANRELAY_TEST_SPECS", "somewhere")
    monkeypatch.setenv("SCANRELAY_TWILIO_API_URL", "http://127.0.0.1:9")
    assert load_settings().port == 8000


def test_no_secret_is_ever_shown() -> None:
    url = "postgresql+psycopg://relay:hunter2@db/relay"
    settings = load_settings(telegram_token=TOKEN, master_key="ab" * 32, database_url=url)
    shown = repr(settings.telegram_token) + repr(settings.master_key) + str(shown_settings(settings))
    assert TOKEN not in shown
    assert "abab" not in shown
    assert "hunter2" not in shown


def test_settings_stay_as_they_were_read() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 9


def test_the_table_names_every_setting() -> None:
    table = settings_table()
    assert all(f"`SCANRELAY_{name.upper()}`" in table for name in Settings.model_fields)
