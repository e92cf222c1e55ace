"""The ten days, in the order in which they are played."""

from bot.demo.story import Story

from .forearm import FOREARM
from .gone import GONE
from .network import NETWORK
from .relative import RELATIVE
from .sheet import SHEET
from .side import SIDE
from .sleeping import SLEEPING
from .two import TWO
from .voice import VOICE
from .window import WINDOW

STORIES: tuple[Story, ...] = (
    FOREARM,
    WINDOW,
    TWO,
    SHEET,
    SLEEPING,
    NETWORK,
    SIDE,
    GONE,
    VOICE,
    RELATIVE,
)
