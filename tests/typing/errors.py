"""The exceptions: what they are, and the types of their fields."""

from typing import assert_type

from host import registry

from pluginkit import HookCallError, HookSpecError, PluginkitError, PluginValidationError, Problem, WrapperError

every: list[type[PluginkitError]] = [HookCallError, HookSpecError, PluginValidationError, WrapperError]
of_types: list[type[TypeError]] = [HookCallError, HookSpecError]
of_values: list[type[ValueError]] = [PluginValidationError]
of_runtime: list[type[RuntimeError]] = [WrapperError]

try:
    registry.register(object())
except PluginValidationError as error:
    assert_type(error.plugin_name, str)
    assert_type(error.distribution, str)
    assert_type(error.problems, tuple[Problem, ...])
    assert_type(error.problems[0].message, str)
    assert_type(error.problems[0].hook, str)
    assert_type(error.problems[0].hint, str)
    error.problem  # reject: misspelled field
except (HookCallError, HookSpecError) as error:
    assert_type(error.message, str)
    assert_type(error.hook, str)
    assert_type(error.hook_signature, str)
    assert_type(error.location, str)
    assert_type(error.hint, str)
except WrapperError as error:
    assert_type(error.message, str)
    assert_type(error.plugin_name, str)
    assert_type(error.hook, str)

not_of_types: list[type[TypeError]] = [WrapperError]  # reject: it is a RuntimeError
