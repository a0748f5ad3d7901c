"""A pack whose requirements are not installed."""
import no_such_module_anywhere.at_all  # noqa: F401
