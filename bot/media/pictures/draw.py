"""Drawings by kind: each kind reads its own parameters and refuses what it cannot show truly."""

from bot.media.pictures.table import draw_table
from bot.media_contract import DrawingKind, DrawRequest, Picture, Refused

_DRAWERS = {DrawingKind.TABLE: draw_table}


def draw(request: DrawRequest) -> Picture | Refused:
    return _DRAWERS[request.kind](request.parameters, request.budget)
