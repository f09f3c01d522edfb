"""Does something at a chosen instruction of the package: raises what Ctrl-C raises, or what a finalizer does."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
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

    The call is made in a thread of its own. An exception that is raised where Python itself raises none may leave the
    thread with an exception that it still handles, which would be the context of every later one.

    Returns:
        Whether there was such an instruction. What `action` or `call` raises is raised.
    """
    with ThreadPoolExecutor(1) as threads:
        return threads.submit(_at_instruction, number, action, call).result()


def _at_instruction(number: int, action: Callable[[], object], call: Callable[[], object]) -> bool:
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
    sys._getframe().f_trace_opcodes = True  # Python 3.12 gives no opcodes unless a frame asked before `settrace`
    sys.settrace(trace)
    try:
        call()
    finally:
        sys.settrace(before)
    return passed >= number
