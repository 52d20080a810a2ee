"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# On a clean clone hypothesis first builds its table of Unicode, and a machine that does other work is slow now and
# then: neither is a fault of the code under test.
settings.register_profile("search", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same examples at every run, so that no change is held up by a fault that another one brought. To look for new
# ones: pytest --hypothesis-profile=search.
settings.register_profile("repeatable", settings.get_profile("search"), derandomize=True)
settings.load_profile("repeatable")
