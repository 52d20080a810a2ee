"""What holds for all tests."""

from hypothesis import HealthCheck, settings

# On a clean clone hypothesis first builds its table of Unicode, and a machine that does other work is slow now and
# then: neither is a fault of the code under test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
