"""Does something at a chosen instruction of the package: raises what Ctrl-C raises, or what a finalizer does."""

from __future__ import annotations

import sys
from opcode import opname
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluginkit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_SILENT = {"NOT_TAKEN", "POP_EXCEPT", "PUSH_EXC_INFO"}  # at these nothing can raise, and Python looks for no signal
_CALLS = str(Path(pluginkit.__path__[0], "_call"))


def at_instruction(number: int, action: Callable[[], object], call: Callable[[], object]) -> bool:
    """Make a call, and act before the instruction of that number that runs in the code of calls.

    Returns:
        Whether there was such an instruction. What `action` or `call` raises is raised.
    """
    passed = -1

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal passed
        name = frame.f_code.co_filename
        if not name.startswith((_CALLS, "<pluginkit")):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and opname[frame.f_code.co_code[frame.f_lasti]] not in _SILENT:
            passed += 1
            if passed == number:
                sys.settrace(None)
                action()
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return passed >= number
