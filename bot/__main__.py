"""`python -m bot …` is `scanrelay …`."""

from bot.cli import main

if __name__ == "__main__":
    main()
